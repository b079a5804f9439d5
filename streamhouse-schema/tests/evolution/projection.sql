-- Adds the projection `by_amount`. (rewrite)
ALTER TABLE shop_order ADD PROJECTION IF NOT EXISTS by_amount (SELECT * ORDER BY amount) FIRST;
ALTER TABLE shop_order MATERIALIZE PROJECTION by_amount;

-- Back:
-- Drops the projection `by_amount`.
ALTER TABLE shop_order DROP PROJECTION IF EXISTS by_amount;
