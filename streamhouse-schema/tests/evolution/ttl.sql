-- Changes what becomes of rows with time: at + toIntervalDay(7300). (destructive)
ALTER TABLE shop_order MODIFY TTL at + toIntervalDay(7300);

-- Back:
-- There is no way back:
-- Changes what becomes of rows with time: at + toIntervalDay(7300). Rows whose time has come are gone.
