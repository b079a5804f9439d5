-- Adds the column `shop`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS shop UInt8 DEFAULT 7 AFTER amount;

-- Adds the column `seen`, DateTime64(3, 'UTC'). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS seen DateTime64(3, 'UTC') DEFAULT now64(3) AFTER shop;
ALTER TABLE shop_order UPDATE seen = seen WHERE true;

-- Adds the column `day`, Date. (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS day Date MATERIALIZED toDate(at) AFTER seen;
ALTER TABLE shop_order MATERIALIZE COLUMN day;

-- Back:
-- Drops the column `shop` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS shop;

-- Drops the column `seen` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS seen;

-- Drops the column `day` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS day;
