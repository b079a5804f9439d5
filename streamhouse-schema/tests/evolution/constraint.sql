-- Drops the constraint `a`. Rows that are there are not checked.
ALTER TABLE shop_order DROP CONSTRAINT IF EXISTS a;

-- Adds the constraint `c`. Rows that are there are not checked.
ALTER TABLE shop_order ADD CONSTRAINT IF NOT EXISTS c CHECK amount < 2000;

-- Adds the constraint `a`. Rows that are there are not checked.
ALTER TABLE shop_order ADD CONSTRAINT IF NOT EXISTS a CHECK amount < 1000;

-- Back:
-- Drops the constraint `c`. Rows that are there are not checked.
ALTER TABLE shop_order DROP CONSTRAINT IF EXISTS c;

-- Drops the constraint `b`. Rows that are there are not checked.
ALTER TABLE shop_order DROP CONSTRAINT IF EXISTS b;

-- Adds the constraint `b`. Rows that are there are not checked.
ALTER TABLE shop_order ADD CONSTRAINT IF NOT EXISTS b CHECK id > 0;
