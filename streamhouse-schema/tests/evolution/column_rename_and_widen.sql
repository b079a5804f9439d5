-- Renames the column `amount` to `price`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS amount TO price;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Changes the type of `price` from UInt32 to UInt64: all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN price UInt64;

-- Back:
-- Renames the column `price` to `amount`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS price TO amount;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Changes the type of `amount` from UInt64 to UInt32: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order MODIFY COLUMN amount UInt32;
