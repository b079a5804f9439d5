-- Drops the oldest dead letters beyond an age or a number, under the epoch, and keeps how many those were.
-- KEYS: state, dead, discarded. ARGV: epoch, milliseconds that letters are kept or 0, how many are kept or -1, who, how many
-- records are kept.
-- Returns how many were dropped; -1 where another worker has taken the partition.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return -1
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local dropped = {}
if ARGV[2] ~= '0' then
  local count = redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', math.max(now - tonumber(ARGV[2]), 0)))
  dropped[#dropped + 1] = {count, 'older than ' .. ARGV[2] .. ' ms'}
end
if ARGV[3] ~= '-1' then
  dropped[#dropped + 1] = {redis.call('XTRIM', KEYS[2], 'MAXLEN', ARGV[3]), 'more than ' .. ARGV[3] .. ' letters'}
end
local all = 0
for _, drop in ipairs(dropped) do
  if drop[1] > 0 then
    all = all + drop[1]
    redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[5], '*', 'letters', drop[1], 'who', ARGV[4], 'why', drop[2])
  end
end
return all
