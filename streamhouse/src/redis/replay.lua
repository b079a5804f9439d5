-- Sends a dead letter again: its rows go to the end of the stream, and the letter goes, both or neither.
-- KEYS: dead, stream. ARGV: letter, frame.
-- Returns the new entry, or nothing where the letter was gone.
local entry = redis.call('XADD', KEYS[2], '*', 'f', ARGV[2])
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then
  redis.call('XDEL', KEYS[2], entry)
  return false
end
return entry
