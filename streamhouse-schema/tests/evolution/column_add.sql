-- Adds the column `purpose`, LowCardinality(String).
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS purpose LowCardinality(String) DEFAULT 'none' COMMENT 'What it was for.' AFTER text;

-- Adds the column `last`, Nullable(Int64).
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS last Nullable(Int64) AFTER amount;

-- Back:
-- Drops the column `purpose` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS purpose;

-- Drops the column `last` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS last;
