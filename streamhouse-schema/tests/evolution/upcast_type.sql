-- Makes values of `amount`, String, of toString(amount * 100). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS amount__new String DEFAULT toString(amount * 100) COMMENT 'In cents' CODEC(ZSTD(1)) AFTER text;
ALTER TABLE shop_order MATERIALIZE COLUMN amount__new;

-- Workers pause: values of `shop_order` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, 'values of `shop_order` are made anew');

-- `amount` are the new values from now on.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS amount TO amount__old;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS amount__new TO amount;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;
ALTER TABLE shop_order MODIFY COLUMN amount REMOVE DEFAULT;

-- Drops the column `amount__old` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS amount__old;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Back:
-- There is no way back:
-- Drops the column `amount__old` with its values. Its values are gone.
