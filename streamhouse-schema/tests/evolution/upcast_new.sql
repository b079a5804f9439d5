-- Renames the column `text` to `note`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Makes values of `label`, String, of concat(note, '/', toString(amount)). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS label String DEFAULT concat(note, '/', toString(amount)) AFTER note;
ALTER TABLE shop_order MATERIALIZE COLUMN label;

-- Workers pause: values of `shop_order` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, 'values of `shop_order` are made anew');

-- `label` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN label REMOVE DEFAULT;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Back:
-- Renames the column `note` to `text`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS note TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Drops the column `label` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS label;
