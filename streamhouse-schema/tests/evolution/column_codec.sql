-- Changes how new parts compress `at`; the others follow as they merge.
ALTER TABLE shop_order MODIFY COLUMN at CODEC(Delta, ZSTD(3));

-- Back:
-- Changes how new parts compress `at`; the others follow as they merge.
ALTER TABLE shop_order MODIFY COLUMN at REMOVE CODEC;
