-- Samples are no longer taken.
ALTER TABLE shop_order REMOVE SAMPLE BY;

-- Back:
-- Samples are taken by cityHash64(text).
ALTER TABLE shop_order MODIFY SAMPLE BY cityHash64(text);
