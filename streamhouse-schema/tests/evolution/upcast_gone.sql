-- Makes values of `label`, String, of concat(text, '/', toString(amount)). (rewrite)
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS label String DEFAULT concat(text, '/', toString(amount)) AFTER at;
ALTER TABLE shop_order MATERIALIZE COLUMN label;

-- Workers pause: values of `shop_order` are made anew.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', true, 'values of `shop_order` are made anew');

-- `label` is a column like others.
ALTER TABLE shop_order MODIFY COLUMN label REMOVE DEFAULT;

-- Workers go on.
INSERT INTO streamhouse_seams (table, closed, why) VALUES ('shop_order', false, '');

-- Drops the column `text` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS text;

-- Drops the column `amount` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS amount;

-- Back:
-- There is no way back:
-- Drops the column `text` with its values. Its values are gone.
-- Drops the column `amount` with its values. Its values are gone.
