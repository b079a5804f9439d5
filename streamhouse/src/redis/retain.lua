-- Drops the oldest dead letters beyond an age, a number or bytes, under the epoch, and keeps how many those were.
-- KEYS: state, dead, discarded. ARGV: epoch, milliseconds that letters are kept or 0, how many are kept or -1, how many bytes of
-- memory or -1, who, how many records are kept.
-- Returns how many were dropped, a thousand at most because of their bytes; -1 where another worker has taken the partition.
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
if ARGV[4] ~= '-1' then
  -- Counted, not estimated from a sample: one letter may be as large as a thousand others. What a letter takes is more than its
  -- bytes, and given back by nodes: so it is counted again when most of what is over is dropped.
  local count = 0
  while count < 1000 do
    local over = ((redis.call('MEMORY', 'USAGE', KEYS[2], 'SAMPLES', '0') or 0) - tonumber(ARGV[4])) * 0.7
    local from, some = '-', 0
    while over > 0 and count + some < 1000 do
      local letter = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 1)[1]
      if not letter then
        break
      end
      for _, part in ipairs(letter[2]) do
        over = over - #part
      end
      from, some = '(' .. letter[1], some + 1
    end
    if some == 0 then
      break
    end
    count = count + redis.call('XTRIM', KEYS[2], 'MAXLEN', redis.call('XLEN', KEYS[2]) - some)
  end
  dropped[#dropped + 1] = {count, 'more than ' .. ARGV[4] .. ' bytes'}
end
local all = 0
for _, drop in ipairs(dropped) do
  if drop[1] > 0 then
    all = all + drop[1]
    redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[6], '*', 'letters', drop[1], 'who', ARGV[5], 'why', drop[2])
  end
end
return all
