#!lua flags=no-writes
-- Reads jobs. ARGV: ids. Returns for each {stored, state, result, errors}.
local found = {}
for i, id in ipairs(ARGV) do
  found[i] = {call('HGET', DATA, id), call('HGET', STATE, id), call('HGET', RESULT, id), call('HGET', ERRORS, id)}
end
return found
