-- Drops the index `a`.
ALTER TABLE shop_order DROP INDEX IF EXISTS a;

-- Drops the index `b`.
ALTER TABLE shop_order DROP INDEX IF EXISTS b;

-- Adds the index `b`. (rewrite)
ALTER TABLE shop_order ADD INDEX IF NOT EXISTS b text TYPE set(100) GRANULARITY 1 FIRST;
ALTER TABLE shop_order MATERIALIZE INDEX b;

-- Adds the index `c`. (rewrite)
ALTER TABLE shop_order ADD INDEX IF NOT EXISTS c at TYPE minmax GRANULARITY 1 AFTER b;
ALTER TABLE shop_order MATERIALIZE INDEX c;

-- Back:
-- Drops the index `c`.
ALTER TABLE shop_order DROP INDEX IF EXISTS c;

-- Drops the index `b`.
ALTER TABLE shop_order DROP INDEX IF EXISTS b;

-- Adds the index `a`. (rewrite)
ALTER TABLE shop_order ADD INDEX IF NOT EXISTS a amount TYPE minmax GRANULARITY 1 FIRST;
ALTER TABLE shop_order MATERIALIZE INDEX a;

-- Adds the index `b`. (rewrite)
ALTER TABLE shop_order ADD INDEX IF NOT EXISTS b text TYPE set(10) GRANULARITY 1 AFTER a;
ALTER TABLE shop_order MATERIALIZE INDEX b;
