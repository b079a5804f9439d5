-- Changes the type of `text` from Enum8('a' = 1, 'b' = 2) to Enum8('a' = 1, 'b' = 2, 'c' = 3): its values stay as they are on the disk.
ALTER TABLE shop_order MODIFY COLUMN text Enum8('a' = 1, 'b' = 2, 'c' = 3);

-- Back:
-- Changes the type of `text` from Enum8('a' = 1, 'b' = 2, 'c' = 3) to Enum8('a' = 1, 'b' = 2): values that do not fit change, or make it fail. (destructive)
ALTER TABLE shop_order MODIFY COLUMN text Enum8('a' = 1, 'b' = 2);
