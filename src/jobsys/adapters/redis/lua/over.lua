#!lua flags=no-writes
-- Finds ended jobs that are to be removed, the first to go first.
-- ARGV: limit, how many done jobs a queue keeps. Returns ids.
local limit, keep_last, now = tonumber(ARGV[1]), tonumber(ARGV[2]), int(clock())
local done = call('ZCOUNT', ENDED.C, '-inf', now)
done = math.min(math.max(done, call('ZCARD', ENDED.C) - keep_last), limit)
local found = done > 0 and call('ZRANGE', ENDED.C, 0, done - 1) or {}
for _, id in ipairs(call('ZRANGEBYSCORE', ENDED.F, '-inf', now, 'LIMIT', 0, limit)) do
  found[#found + 1] = id
end
return found
