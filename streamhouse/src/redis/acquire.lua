-- Takes the lease of a partition that is free, expired or the worker's own; raises the epoch.
-- KEYS: state, batches. ARGV: worker, milliseconds of the lease.
-- Returns {1, epoch, cursor, greatest batch, entries read, {batch, record, ...}} or {0, owner, milliseconds left}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'owner', 'expires', 'cursor', 'batch', 'read', 'epoch', 'lease')
local owner, expires = state[1] or '', tonumber(state[2] or '0')
if owner ~= '' and owner ~= ARGV[1] and expires > now then
  local lease = tonumber(state[7] or '0')
  if lease > 0 and expires - now > lease then
    -- The clock was put back. Who holds the lease extends it by the clock as it is now; who is dead must not hold it on and on.
    expires = now + lease
    redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', expires))
  end
  return {0, owner, expires - now}
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory, and workers are those who make room.
redis.call('HDEL', KEYS[1], '')
-- Made of the time, so that none comes again once Redis has lost its latest writes, or all of them.
local epoch = math.max(now, tonumber(state[6] or '0') + 1)
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'owner', ARGV[1],
  'expires', string.format('%.0f', now + tonumber(ARGV[2])), 'lease', ARGV[2])
return {1, epoch, state[3] or '0-0', state[4] or '', tonumber(state[5] or '0'), redis.call('HGETALL', KEYS[2])}
