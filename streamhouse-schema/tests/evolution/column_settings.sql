-- Changes settings of `text`.
ALTER TABLE shop_order MODIFY COLUMN text RESET SETTING min_compress_block_size;
ALTER TABLE shop_order MODIFY COLUMN text MODIFY SETTING max_compress_block_size = 1048576;

-- Back:
-- Changes settings of `text`.
ALTER TABLE shop_order MODIFY COLUMN text RESET SETTING max_compress_block_size;
ALTER TABLE shop_order MODIFY COLUMN text MODIFY SETTING min_compress_block_size = 65536;
