-- Renames the column `text` to `note`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool;

-- Back:
-- Renames the column `note` to `text`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS note TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool;
