-- From now on `amount` is DEFAULT 2; rows that are there keep their values. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN twice UInt64 DEFAULT amount * 2;
ALTER TABLE shop_order MODIFY COLUMN four UInt64 DEFAULT amount * 4;
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN twice UInt64 MATERIALIZED amount * 2;
ALTER TABLE shop_order MODIFY COLUMN four UInt64 MATERIALIZED amount * 4;
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 DEFAULT 2;

-- Back:
-- From now on `amount` is DEFAULT 1; rows that are there keep their values. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN twice UInt64 DEFAULT amount * 2;
ALTER TABLE shop_order MODIFY COLUMN four UInt64 DEFAULT amount * 4;
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN twice UInt64 MATERIALIZED amount * 2;
ALTER TABLE shop_order MODIFY COLUMN four UInt64 MATERIALIZED amount * 4;
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 DEFAULT 1;
