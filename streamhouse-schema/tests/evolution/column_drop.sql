-- Drops the column `text` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS text;

-- Back:
-- There is no way back:
-- Drops the column `text` with its values. Its values are gone.
