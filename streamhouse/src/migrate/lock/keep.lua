-- Extends the lock of migrations, or ends it where the extension is 0. A Redis that has forgotten it learns it again.
-- KEYS: the lock. ARGV: claim, owner, milliseconds that it holds, fence.
-- Returns 1, or 0 where another runner has it.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'claim', 'since', 'fence')
if held[1] and held[1] ~= '' and held[1] ~= ARGV[1] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('HSET', KEYS[1], 'claim', '', 'owner', '', 'expires', '0')
  return 1
end
local fence = math.max(tonumber(held[3]) or 0, tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'owner', ARGV[2], 'since', held[2] or string.format('%.0f', now),
  'expires', string.format('%.0f', now + tonumber(ARGV[3])), 'fence', string.format('%.0f', fence))
return 1
