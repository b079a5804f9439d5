-- Changes the type of `text` from String to LowCardinality(String): all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN text LowCardinality(String);

-- Back:
-- Changes the type of `text` from LowCardinality(String) to String: all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order MODIFY COLUMN text String;
