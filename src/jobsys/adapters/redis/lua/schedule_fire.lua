#!lua
-- Makes the jobs of fire times and advances their schedules.
-- ARGV: the queue's name; JSON, for each firing [name, the time it waits for, next or false, fire time
--       or false for no job, id of the job, when that is due, id of the job that must have ended or
--       false].
-- Returns, for each firing, 1 (made) or 0.
local queue, firings, now = ARGV[1], cjson.decode(ARGV[2]), clock()
local made, advanced = {}, {}

local function is_open(id)
  local state = call('HGET', STATE, id)
  if state then return not state:find('^[CFD] ') end
  return call('HEXISTS', DATA, id) == 1
end

local function exists(id) return call('HEXISTS', DATA, id) == 1 or call('HEXISTS', STATE, id) == 1 end

local function fire(name, due, at, fire_at, id, begins, unless)
  local stored, waits_for = call('HGET', SCHEDULES, name), call('ZSCORE', FIRES, name)
  local fired, last, terms, rule, envelope = read(stored)
  if not fired or advanced[name] or tonumber(waits_for) ~= tonumber(due) then return 0 end
  local makes = fire_at and not exists(id) and not (unless and is_open(unless))
  if makes then
    take_in(id, terms:match('^%a+'), int(begins), envelope, now)
    fired, last = int(fired + 1), int(fire_at)
  end
  local told = table.concat({fired, last, terms}, ' ')
  advanced[name] = {at, at and not is_over(rule, fired) and at, table.concat({told, rule, envelope}, '\n')}
  return makes and 1 or 0
end

for i, firing in ipairs(firings) do made[i] = fire(unpack(firing)) end
for name, entry in pairs(advanced) do
  if entry[1] then
    call('HSET', SCHEDULES, name, entry[3])
    set_next(name, entry[2])
  else
    forget(queue, name)
  end
end
store_taken(queue)
return made
