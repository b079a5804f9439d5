-- Adds the column `twice`, UInt64.
ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS twice UInt64 ALIAS amount * 2 AFTER day;

-- Back:
-- Drops the column `twice` with its values.
ALTER TABLE shop_order DROP COLUMN IF EXISTS twice;
