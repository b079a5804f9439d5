-- Renames the column `text` to `note`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Back:
-- Renames the column `note` to `text`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS note TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;
