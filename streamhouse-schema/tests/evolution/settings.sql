-- Leaves `min_bytes_for_wide_part` to the server.
ALTER TABLE shop_order RESET SETTING min_bytes_for_wide_part;

-- Sets `min_rows_for_wide_part` to 0.
ALTER TABLE shop_order MODIFY SETTING min_rows_for_wide_part = 0;

-- Back:
-- Sets `min_bytes_for_wide_part` to 0.
ALTER TABLE shop_order MODIFY SETTING min_bytes_for_wide_part = 0;

-- Leaves `min_rows_for_wide_part` to the server.
ALTER TABLE shop_order RESET SETTING min_rows_for_wide_part;
