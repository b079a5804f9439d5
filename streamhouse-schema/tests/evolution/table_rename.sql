-- Renames the table `shop_order` to `orders`; frames of earlier versions wait for `shop_order`.
RENAME TABLE shop_order TO orders;

-- Changes the type of `amount` from UInt32 to UInt64: all values are written anew, and none changes. (rewrite)
ALTER TABLE orders MODIFY COLUMN amount UInt64;

-- Back:
-- Renames the table `orders` to `shop_order`; frames of earlier versions wait for `orders`.
RENAME TABLE orders TO shop_order;

-- Changes the type of `amount` from UInt64 to UInt32: values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order MODIFY COLUMN amount UInt32;
