-- A queue's schedules: SCHEDULES holds "<fired> <last> <level>[ <policy>]", a line break, the rule, a
-- line break, and the envelope of the job; FIRES when each fires next that is neither paused nor over.
local SCHEDULES, FIRES, SCHEDULED = KEYS[21], KEYS[22], KEYS[23]

check()
call('HLEN', SCHEDULES)
call('ZCARD', FIRES)
call('SCARD', SCHEDULED)

-- fired, last, level and policy, rule, envelope
local function read(stored) return (stored or ''):match('^(%d+) (%d+) (%a[^\n]*)\n([^\n]*)\n(.*)$') end

-- Whether so many jobs are all that a rule allows.
local function is_over(rule, fired)
  local most = rule:match('"max_runs":(%d+)')
  return most ~= nil and tonumber(fired) >= tonumber(most)
end

local function set_next(name, at)
  if at then call('ZADD', FIRES, at, name) else call('ZREM', FIRES, name) end
end

local function forget(queue, name)
  call('ZREM', FIRES, name)
  local removed = call('HDEL', SCHEDULES, name)
  if call('HLEN', SCHEDULES) == 0 then call('SREM', SCHEDULED, queue) end
  return removed
end
