#!lua flags=no-writes
-- Counts the jobs of a queue. Returns the hash of counts, how many wait at each level, and since when
-- the first of them does, 0 where there is none.
local waiting, oldest = {}, {}
for i, level in ipairs(LEVELS) do
  look_at(level)
  waiting[i] = math.max(length[level] - void[level], 0)
  oldest[i] = head_since(level) or 0
end
return {call('HGETALL', COUNTS), waiting, oldest}
