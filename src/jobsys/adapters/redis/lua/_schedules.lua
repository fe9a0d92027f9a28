-- A queue's schedules: SCHEDULES holds "<fired> <last> <level>", a line break, the rule, a line
-- break, and the envelope of the job; FIRES the time at which each that is not paused fires next.
local SCHEDULES, FIRES, SCHEDULED = KEYS[21], KEYS[22], KEYS[23]

check()
call('HLEN', SCHEDULES)
call('ZCARD', FIRES)
call('SCARD', SCHEDULED)

-- fired, last, level, rule, envelope
local function read(stored) return (stored or ''):match('^(%d+) (%d+) (%a+)\n([^\n]*)\n(.*)$') end

local function set_next(name, at)
  if at then call('ZADD', FIRES, at, name) else call('ZREM', FIRES, name) end
end

local function forget(queue, name)
  call('ZREM', FIRES, name)
  local removed = call('HDEL', SCHEDULES, name)
  if call('HLEN', SCHEDULES) == 0 then call('SREM', SCHEDULED, queue) end
  return removed
end
