-- Writes a batch's record anew, before one of its inserts uses another token.
-- KEYS: state, batches. ARGV: epoch, batch, record.
-- Returns 1; 0 where another worker has taken the partition; 2 where the batch is finished.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  return 2
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
