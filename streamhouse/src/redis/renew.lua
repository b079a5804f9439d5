-- Extends a lease, or ends it where the extension is 0.
-- KEYS: state. ARGV: epoch, milliseconds of the lease.
-- Returns 1, or 0 where another worker has taken the partition.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory, and workers are those who make room.
redis.call('HDEL', KEYS[1], '')
if ARGV[2] == '0' then
  redis.call('HSET', KEYS[1], 'owner', '', 'expires', '0')
else
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', now + tonumber(ARGV[2])), 'lease', ARGV[2])
end
return 1
