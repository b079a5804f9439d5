-- Adds the column `second`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS second UInt8 DEFAULT 1 AFTER id;

-- Adds the column `fourth`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS fourth UInt8 DEFAULT 2 AFTER text;

-- Adds the column `sixth`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS sixth UInt8 DEFAULT 3 AFTER fourth;

-- Makes values of `first`, String, of toString(amount). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS first String DEFAULT toString(amount) AFTER id;
ALTER TABLE shop_order MATERIALIZE COLUMN first;

-- Makes values of `third`, String, of toString(amount). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS third String DEFAULT toString(amount) AFTER at;
ALTER TABLE shop_order MATERIALIZE COLUMN third;

-- Makes values of `text`, String, of lower(text). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS text__new String DEFAULT lower(text) AFTER third;
ALTER TABLE shop_order MATERIALIZE COLUMN text__new;

-- Makes values of `fifth`, String, of upper(text). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS fifth String DEFAULT upper(text) AFTER fourth;
ALTER TABLE shop_order MATERIALIZE COLUMN fifth;

-- Workers pause: values of `shop_order` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, 'values of `shop_order` are made anew');

-- `first` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN first REMOVE DEFAULT;

-- `third` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN third REMOVE DEFAULT;

-- `text` are the new values from now on.
ALTER TABLE shop_order MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_number_of_merges_with_ttl_in_pool = 0;
ALTER TABLE shop_order DELETE WHERE false;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text TO text__old;
ALTER TABLE shop_order RENAME COLUMN IF EXISTS text__new TO text;
ALTER TABLE shop_order RESET SETTING max_bytes_to_merge_at_max_space_in_pool, max_number_of_merges_with_ttl_in_pool;
ALTER TABLE shop_order MODIFY COLUMN text REMOVE DEFAULT;

-- `fifth` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN fifth REMOVE DEFAULT;

-- Drops the column `text__old` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS text__old;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Back:
-- There is no way back:
-- Drops the column `text__old` with its values. Its values are gone.
