-- Adds the column `first`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS first UInt8 DEFAULT 1 AFTER text;

-- Makes values of `text`, UInt64, of length(text). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS text__new UInt64 DEFAULT length(text) AFTER amount;
ALTER TABLE shop_order MATERIALIZE COLUMN text__new;

-- Makes values of `upper`, String, of upper(text). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS upper String DEFAULT upper(text) AFTER first;
ALTER TABLE shop_order MATERIALIZE COLUMN upper;

-- Workers pause: values of `shop_order` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, 'values of `shop_order` are made anew');

-- `text` are the new values from now on.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO text__old;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text__new TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;
ALTER TABLE shop_order MODIFY COLUMN text REMOVE DEFAULT;

-- `upper` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN upper REMOVE DEFAULT;

-- Drops the column `text__old` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS text__old;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Puts the column `amount` behind `id`.
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 AFTER id;

-- Puts the column `text` behind `amount`.
ALTER TABLE shop_order MODIFY COLUMN text UInt64 AFTER amount;

-- Back:
-- There is no way back:
-- Drops the column `text__old` with its values. Its values are gone.
