#!lua flags=no-writes
-- Finds schedules whose time has come. ARGV: limit.
-- Returns now, the time of the next that is not among them ('' for none), [name, stored, next, ...].
local now = int(clock())
local found = call('ZRANGEBYSCORE', FIRES, '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1])
local later = call('ZRANGE', FIRES, #found / 2, #found / 2, 'WITHSCORES')[2] or ''
local triples = {}
for i = 1, #found, 2 do
  triples[#triples + 1] = found[i]
  triples[#triples + 1] = call('HGET', SCHEDULES, found[i])
  triples[#triples + 1] = found[i + 1]
end
return {now, later, triples}
