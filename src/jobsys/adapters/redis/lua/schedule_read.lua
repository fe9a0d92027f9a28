#!lua flags=no-writes
-- Reads schedules. ARGV: names; none for all. Returns [name, stored, next or '', ...].
local names, triples = ARGV, {}
if #names == 0 then names = call('HKEYS', SCHEDULES) end
for _, name in ipairs(names) do
  triples[#triples + 1] = name
  triples[#triples + 1] = call('HGET', SCHEDULES, name) or ''
  triples[#triples + 1] = call('ZSCORE', FIRES, name) or ''
end
return triples
