-- Jobs of which there is one at a time. UNIQUE holds, by a digest, "<id> <w or e> <until>": while that
-- job waits (w) or has not ended (e), and until then, it keeps others out. HOLDS says when somebody
-- looks whether that is over.
local LOOK_AFTER = 60000
local HELD_IN = {w = {S = true, Q = true, B = true, R = true}, e = {S = true, Q = true, B = true, R = true, P = true, X = true}}
local taken = {}

-- The letter of a job's status; nil where there is no such job.
local function status_of(id)
  local state = call('HGET', STATE, id)
  return state and state:sub(1, 1) or call('HEXISTS', DATA, id) == 1 and 'Q' or nil
end

local function is_over(id, scope, till, now)
  return now >= tonumber(till) and not HELD_IN[scope][status_of(id) or '']
end

-- The job that keeps this one out; nil where nobody does. claim: [digest, scope, period].
local function kept_out_by(id, claim, now)
  local held = taken[claim[1]] or call('HGET', UNIQUE, claim[1]) or ''
  local holder, scope, till = held:match('^(%S+) ([we]) (%d+)$')
  if not holder or holder == id then return nil end
  if taken[claim[1]] or not is_over(holder, scope, till, now) then return holder end
end

-- Notes that a job holds what it claims.
local function hold(id, claim, now)
  taken[claim[1]] = table.concat({id, claim[2], int(now + claim[3])}, ' ')
end

-- Writes what was noted.
local function store_holds(now)
  for digest, held in pairs(taken) do
    call('HSET', UNIQUE, digest, held)
    call('ZADD', HOLDS, int(math.max(tonumber(held:match('%d+$')), now + LOOK_AFTER)), digest)
  end
end

-- Looks at holds whose time has come, and drops those that are over.
local function drop_holds(now, limit)
  for _, digest in ipairs(call('ZRANGEBYSCORE', HOLDS, '-inf', int(now), 'LIMIT', 0, limit)) do
    local holder, scope, till = (call('HGET', UNIQUE, digest) or ''):match('^(%S+) ([we]) (%d+)$')
    if not holder or is_over(holder, scope, till, now) then
      call('ZREM', HOLDS, digest)
      call('HDEL', UNIQUE, digest)
    else
      call('ZADD', HOLDS, int(now + LOOK_AFTER), digest)
    end
  end
end
