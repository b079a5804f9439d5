-- Sends a dead letter again: its rows go to the end of the stream, and the letter goes, both or neither.
-- KEYS: dead, stream. ARGV: letter, frame.
-- Returns the new entry, or nothing where the letter was gone.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return false
end
-- First what may fail.
local entry = redis.call('XADD', KEYS[2], '*', 'f', ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[1])
return entry
