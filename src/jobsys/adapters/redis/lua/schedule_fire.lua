#!lua
-- Makes the jobs of fire times and advances their schedules.
-- ARGV: the queue's name; JSON, for each firing [name, due, next or false, id of the job].
-- Returns, for each firing, 1 (made) or 0.
local queue, firings, now = ARGV[1], cjson.decode(ARGV[2]), clock()
local made, advanced = {}, {}

local function fire(name, due, at, id)
  local stored, waits_for = call('HGET', SCHEDULES, name), call('ZSCORE', FIRES, name)
  local fired, last, level, rule, envelope = read(stored)
  if not fired or advanced[name] or tonumber(waits_for) ~= tonumber(due) then return 0 end
  local exists = call('HEXISTS', DATA, id) == 1 or call('HEXISTS', STATE, id) == 1
  if not exists then
    take_in(id, level, int(now), envelope, now)
    fired, last = int(fired + 1), due
  end
  advanced[name] = {at, table.concat({table.concat({fired, last, level}, ' '), rule, envelope}, '\n')}
  return exists and 0 or 1
end

for i, firing in ipairs(firings) do made[i] = fire(unpack(firing)) end
for name, entry in pairs(advanced) do
  if entry[1] then
    call('HSET', SCHEDULES, name, entry[2])
    set_next(name, entry[1])
  else
    forget(queue, name)
  end
end
store_taken(queue)
return made
