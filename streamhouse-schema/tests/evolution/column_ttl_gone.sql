-- Values of `text` stay for ever.
ALTER TABLE shop_order MODIFY COLUMN text REMOVE TTL;

-- Back:
-- Values of `text` fall back to its default at at + toIntervalDay(3650). (destructive)
ALTER TABLE shop_order MODIFY COLUMN text TTL at + toIntervalDay(3650);
