-- Adds the column `seen`, DateTime64(3, 'UTC'). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS seen DateTime64(3, 'UTC') DEFAULT now64(3) AFTER amount;
ALTER TABLE shop_order UPDATE seen = seen WHERE true;

-- Adds the column `year`, UInt16. (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS year UInt16 DEFAULT toYear(seen) AFTER id;
ALTER TABLE shop_order UPDATE year = year WHERE true;

-- Adds the column `note`, String.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS note String DEFAULT 'none' TTL seen + toIntervalYear(100) AFTER year;

-- Adds the column `day`, Date. (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS day Date MATERIALIZED toDate(seen) AFTER seen;
ALTER TABLE shop_order MATERIALIZE COLUMN day;

-- Adds the column `week`, Date.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS week Date ALIAS toMonday(day) AFTER day;

-- Back:
-- Drops the column `year` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS year;

-- Drops the column `note` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS note;

-- Drops the column `week` with its values.
ALTER TABLE shop_order DROP COLUMN IF EXISTS week;

-- Drops the column `day` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS day;

-- Drops the column `seen` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS seen;
