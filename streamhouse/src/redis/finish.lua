-- Ends a batch: sets aside what could not be read or inserted, forgets the record, trims the stream, moves the group.
-- KEYS: state, batches, stream, dead. ARGV: epoch, batch, first entry to keep, last finished entry, entries of the
-- batch, group, worker, event, then for each letter the number of its fields' names and values, and those.
-- Returns 1; 0 where another worker has taken the partition; 2 where the batch was finished before.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  return 2
end
-- Changes nothing. A full Redis refuses a script whose first write takes memory, and workers are those who make room.
redis.call('HDEL', KEYS[2], '')
-- First what may fail: the record goes only once everything is set aside.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local at = 9
while at <= #ARGV do
  local letter = {'batch', ARGV[2], 'worker', ARGV[7], 'event', ARGV[8], 'time', now}
  local count = tonumber(ARGV[at])
  for i = at + 1, at + count do
    letter[#letter + 1] = ARGV[i]
  end
  redis.call('XADD', KEYS[4], '*', unpack(letter))
  at = at + 1 + count
end
redis.call('HDEL', KEYS[2], ARGV[2])
local read = redis.call('HINCRBY', KEYS[1], 'read', ARGV[5])
redis.call('XTRIM', KEYS[3], 'MINID', ARGV[3])
-- The group is there for people and their tools only; a stream without it works as well.
redis.pcall('XGROUP', 'SETID', KEYS[3], ARGV[6], ARGV[4], 'ENTRIESREAD', read)
return 1
