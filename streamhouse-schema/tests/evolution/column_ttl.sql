-- Values of `text` fall back to its default at at + toIntervalDay(3650). (destructive)
ALTER TABLE shop_order MODIFY COLUMN text TTL at + toIntervalDay(3650);

-- Back:
-- There is no way back:
-- Values of `text` fall back to its default at at + toIntervalDay(3650). Values whose time has come are gone.
