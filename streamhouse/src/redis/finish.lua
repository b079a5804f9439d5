-- Ends a batch: parks what could not be read, forgets the record, trims the stream, moves the group.
-- KEYS: state, batches, stream, dead. ARGV: epoch, batch, first entry to keep, last finished entry, entries of the
-- batch, group, worker, then for each parked entry: entry, code, reason, frame.
-- Returns 1; 0 where another worker has taken the partition; 2 where the batch was finished before.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return 0
end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  return 2
end
-- First what may fail: the record goes only once everything is parked.
for i = 8, #ARGV, 4 do
  redis.call('XADD', KEYS[4], '*', 'entry', ARGV[i], 'code', ARGV[i + 1], 'reason', ARGV[i + 2],
    'batch', ARGV[2], 'worker', ARGV[7], 'f', ARGV[i + 3])
end
redis.call('HDEL', KEYS[2], ARGV[2])
local read = redis.call('HINCRBY', KEYS[1], 'read', ARGV[5])
redis.call('XTRIM', KEYS[3], 'MINID', ARGV[3])
-- The group is there for people and their tools only; a stream without it works as well.
redis.pcall('XGROUP', 'SETID', KEYS[3], ARGV[6], ARGV[4], 'ENTRIESREAD', read)
return 1
