-- Drops a dead letter on purpose, and keeps who did it and why.
-- KEYS: dead, discarded. ARGV: letter, entry, code, rows, who, why, how many records are kept.
-- Returns 1, or 0 where the letter was gone.
-- A full Redis refuses a script whose first write would take memory: so first the one that frees it.
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[7], '*', 'letter', ARGV[1], 'entry', ARGV[2], 'code', ARGV[3],
  'rows', ARGV[4], 'who', ARGV[5], 'why', ARGV[6])
return 1
