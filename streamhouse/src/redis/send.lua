-- Appends a frame, once for each sequence of a producer (docs/format.md, "Sequence rule").
-- KEYS: producer, stream. ARGV: sequence, frame, milliseconds that the producer is remembered, entries and bytes of memory from
-- which on the stream takes no more, 0 for any.
-- Returns {1, entry}: stored; {0, entry or ''}: was stored before; {-1, last sequence}: a gap; {-2, 'entries' or 'bytes'}: the
-- stream has as many.
local sequence = tonumber(ARGV[1])
local last, entry = 0, ''
local record = redis.call('GET', KEYS[1])
if record then
  local number
  number, entry = string.match(record, '^(%d+) (.+)$')
  last = tonumber(number)
end
if sequence <= last then
  return {0, sequence == last and entry or ''}
elseif sequence > last + 1 then
  return {-1, tostring(last)}
end
if ARGV[4] ~= '0' and redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[4]) then
  return {-2, 'entries'}
end
-- An estimate from a few nodes, which costs the same however long the stream is.
if ARGV[5] ~= '0' and (redis.call('MEMORY', 'USAGE', KEYS[2]) or 0) >= tonumber(ARGV[5]) then
  return {-2, 'bytes'}
end
entry = redis.call('XADD', KEYS[2], '*', 'f', ARGV[2])
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. entry, 'PX', ARGV[3])
return {1, entry}
