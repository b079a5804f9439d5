-- Changes the type of `text` from String to Nullable(String): all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order UPDATE text = text WHERE true;
ALTER TABLE shop_order MODIFY COLUMN text Nullable(String);

-- Back:
-- Changes the type of `text` from Nullable(String) to String: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order UPDATE text = text WHERE true;
ALTER TABLE shop_order MODIFY COLUMN text String DEFAULT defaultValueOfTypeName('String');
ALTER TABLE shop_order MODIFY COLUMN text REMOVE DEFAULT;
