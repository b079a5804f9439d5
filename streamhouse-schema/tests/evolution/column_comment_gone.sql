-- Changes what `text` says.
ALTER TABLE shop_order COMMENT COLUMN text '';

-- Back:
-- Changes what `text` says.
ALTER TABLE shop_order COMMENT COLUMN text 'It is said so.';
