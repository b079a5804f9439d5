-- Puts the column `amount` behind `id`.
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 AFTER id;

-- Puts the column `text` behind `amount`.
ALTER TABLE shop_order MODIFY COLUMN text String AFTER amount;

-- Back:
-- Puts the column `at` behind `id`.
ALTER TABLE shop_order MODIFY COLUMN at DateTime64(3, 'UTC') AFTER id;

-- Puts the column `text` behind `at`.
ALTER TABLE shop_order MODIFY COLUMN text String AFTER at;
