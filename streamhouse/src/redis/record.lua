-- Writes a batch's record anew, before anything is inserted that it did not name.
-- KEYS: state, batches. ARGV: epoch, batch, record, greatest id of the pieces that it names newly, or nothing.
-- Returns 1; 0 where another worker has taken the partition; 2 where the batch is finished; -1 where the id is not new.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  return 2
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory, and workers are those who make room.
redis.call('HDEL', KEYS[1], '')
if ARGV[4] ~= '' then
  -- Ids have 20 digits, so text compares as the number does.
  if (redis.call('HGET', KEYS[1], 'batch') or '') >= ARGV[4] then
    return -1
  end
  redis.call('HSET', KEYS[1], 'batch', ARGV[4])
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 1
