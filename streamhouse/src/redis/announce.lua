-- Says that a worker lives, and forgets those that no longer do.
-- KEYS: workers. ARGV: worker, milliseconds that this holds.
-- Returns the workers that live.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- First what frees memory: a full Redis refuses a script whose first write takes some.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
return redis.call('ZRANGE', KEYS[1], 0, -1)
