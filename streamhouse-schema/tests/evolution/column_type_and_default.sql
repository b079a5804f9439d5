-- Changes the type of `amount` from UInt32 to String: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order UPDATE amount = amount WHERE true;
ALTER TABLE shop_order MODIFY COLUMN amount String DEFAULT 'seven';

-- Back:
-- There is no way back:
-- Changes the type of `amount` from UInt32 to String: values that do not fit change, or make it fail. What was lost does not come back.
