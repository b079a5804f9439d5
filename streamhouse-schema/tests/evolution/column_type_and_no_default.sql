-- Changes the type of `amount` from UInt32 to UInt64: all values are written anew, and none changes. (rewrite)
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN amount REMOVE DEFAULT;
ALTER TABLE shop_order MODIFY COLUMN amount UInt64;

-- Back:
-- Changes the type of `amount` from UInt64 to UInt32: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN amount UInt32 DEFAULT 7;
