-- Adds the column `first`, UInt8.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS first UInt8 FIRST;

-- Back:
-- Drops the column `first` with its values. (destructive)
ALTER TABLE shop_order DROP COLUMN IF EXISTS first;
