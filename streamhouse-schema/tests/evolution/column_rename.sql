-- Renames the column `text` to `note`.
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;

-- Back:
-- Renames the column `note` to `text`.
ALTER TABLE shop_order RENAME COLUMN IF EXISTS note TO text;
