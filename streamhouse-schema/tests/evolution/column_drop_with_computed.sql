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

-- Back:
-- There is no way back:
-- Drops the column `year` with its values. Its values are gone.
-- Drops the column `note` with its values. Its values are gone.
-- Drops the column `day` with its values. Its values are gone.
-- Drops the column `seen` with its values. Its values are gone.
