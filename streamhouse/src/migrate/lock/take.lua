-- Takes the lock of migrations where nobody holds it.
-- KEYS: the lock. ARGV: claim, owner, milliseconds that it holds.
-- Returns {fence, '', 0}, or {0, owner, since} of who holds it.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'claim', 'owner', 'since', 'expires', 'fence')
local left = (tonumber(held[4]) or 0) - now
if held[1] and held[1] ~= '' and left > 0 then
  -- Redis' clock was put back: it ends that long from now.
  if left > tonumber(ARGV[3]) then
    redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', now + tonumber(ARGV[3])))
  end
  return {0, held[2] or '', tonumber(held[3]) or 0}
end
local fence = math.max((tonumber(held[5]) or 0) + 1, now)
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'owner', ARGV[2], 'since', string.format('%.0f', now),
  'expires', string.format('%.0f', now + tonumber(ARGV[3])), 'fence', string.format('%.0f', fence))
return {fence, '', 0}
