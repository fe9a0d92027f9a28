#!lua flags=allow-oom
-- Removes ended jobs that still stand as they were seen.
-- ARGV: for each its id, its status, its token, and since when. Returns how many were removed.
check()
local ids, found = {}, {C = {}, F = {}}
for i = 1, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
for i, state in ipairs(call('HMGET', STATE, unpack(ids))) do
  local status, token, _, since = parse(state or '')
  local seen = 4 * (i - 1)
  if status == ARGV[seen + 2] and token == ARGV[seen + 3] and since == ARGV[seen + 4] then
    local place = status == 'F' and 'F' or 'C'
    table.insert(found[place], ids[i])
  end
end
local removed = remove(ENDED.C, found.C) + remove(ENDED.F, found.F)
write_counts()
return removed
