-- Rows stay for ever.
ALTER TABLE shop_order REMOVE TTL;

-- Back:
-- Changes what becomes of rows with time: at + toIntervalDay(3650). (destructive)
ALTER TABLE shop_order MODIFY TTL at + toIntervalDay(3650);
