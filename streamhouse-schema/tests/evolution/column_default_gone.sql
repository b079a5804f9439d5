-- `amount` has no default any more; rows that are there keep their values. (rewrite)
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN amount REMOVE DEFAULT;

-- Back:
-- From now on `amount` is DEFAULT 1; rows that are there keep their values. (rewrite)
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 DEFAULT 1;
