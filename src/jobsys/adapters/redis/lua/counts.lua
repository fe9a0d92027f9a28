#!lua flags=no-writes
-- Counts the jobs of a queue. Returns the hash of counts, and how many wait at each level.
local waiting = {}
for i, level in ipairs(LEVELS) do
  waiting[i] = math.max(call('LLEN', READY[level]) - call('SCARD', GONE[level]), 0)
end
return {call('HGETALL', COUNTS), waiting}
