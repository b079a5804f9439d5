-- Records a batch and moves the cursor behind it.
-- KEYS: state, batches. ARGV: epoch, cursor before, cursor after, batch, record, greatest id of the batch's inserts.
-- Returns 1; 0 where another worker has taken the partition; -1 where the cursor or the batch id is not as expected.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'cursor', 'batch')
if state[1] ~= ARGV[1] then
  return 0
end
-- Batch ids have 20 digits, so text compares as the number does.
if (state[2] or '0-0') ~= ARGV[2] or (state[3] or '') >= ARGV[4] then
  return -1
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory, and workers are those who make room.
redis.call('HDEL', KEYS[1], '')
redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
redis.call('HSET', KEYS[1], 'cursor', ARGV[3], 'batch', ARGV[6])
return 1
