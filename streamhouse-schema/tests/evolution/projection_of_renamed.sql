-- Drops the projection `by_amount`.
ALTER TABLE shop_order DROP PROJECTION IF EXISTS by_amount;

-- Drops the projection `by_text`.
ALTER TABLE shop_order DROP PROJECTION IF EXISTS by_text;

-- Renames the column `text` to `note`.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO note;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;

-- Makes values of `amount`, UInt64, of toUInt64(amount * 10). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS amount__new UInt64 DEFAULT toUInt64(amount * 10) AFTER note;
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

-- Adds the projection `by_amount`. (rewrite)
ALTER TABLE shop_order ADD PROJECTION IF NOT EXISTS by_amount (SELECT * ORDER BY amount) FIRST;
ALTER TABLE shop_order MATERIALIZE PROJECTION by_amount;

-- Adds the projection `by_text`. (rewrite)
ALTER TABLE shop_order ADD PROJECTION IF NOT EXISTS by_text (SELECT note, sum(amount) GROUP BY note) AFTER by_amount;
ALTER TABLE shop_order MATERIALIZE PROJECTION by_text;

-- Back:
-- There is no way back:
-- Drops the column `amount__old` with its values. Its values are gone.
