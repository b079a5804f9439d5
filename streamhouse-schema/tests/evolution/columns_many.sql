-- Renames the column `text` to `note`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Adds the column `more`, Array(String).
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS more Array(String) AFTER note;

-- Changes the type of `amount` from UInt32 to Int64: all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN amount Int64;

-- Changes how new parts compress `at`; the others follow as they merge.
ALTER TABLE shop_order MODIFY COLUMN at CODEC(DoubleDelta, LZ4);

-- Puts the column `note` behind `id`.
ALTER TABLE shop_order MODIFY COLUMN note String AFTER id;

-- Puts the column `more` behind `note`.
ALTER TABLE shop_order MODIFY COLUMN more Array(String) AFTER note;

-- Puts the column `amount` behind `more`.
ALTER TABLE shop_order MODIFY COLUMN amount Int64 AFTER more;

-- Back:
-- Renames the column `note` to `text`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS note TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Changes how new parts compress `at`; the others follow as they merge.
ALTER TABLE shop_order MODIFY COLUMN at REMOVE CODEC;

-- Changes the type of `amount` from Int64 to UInt32: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order MODIFY COLUMN amount UInt32;

-- Drops the column `more` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS more;

-- Puts the column `at` behind `id`.
ALTER TABLE shop_order MODIFY COLUMN at DateTime64(3, 'UTC') AFTER id;
