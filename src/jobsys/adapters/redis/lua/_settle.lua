-- Transitions come as [id, "<status> <token> <lane> <since> ", target, tail, span, result, error]; span is
-- the time until a delayed job is due, or until an ended one's retention is over.

-- Splits transitions into those whose job still has the status, token and lane, and refusals:
-- [index, refusal, ...], the first index being 0.
local function compare(transitions)
  local refused, accepted, ids, seen = {}, {}, {}, {}
  for i, t in ipairs(transitions) do ids[i] = t[1] end
  local states = #ids > 0 and call('HMGET', STATE, unpack(ids)) or {}
  for i, t in ipairs(transitions) do
    local state, wanted = states[i] or '', t[2]
    if state:sub(1, #wanted) == wanted and not seen[t[1]] then
      accepted[#accepted + 1], seen[t[1]] = t, true
    else
      local asked = state:sub(1, #wanted) == 'X' .. wanted:sub(2) and not seen[t[1]]
      refused[#refused + 1], refused[#refused + 2] = int(i - 1), asked and 'cancelling' or 'lost'
    end
  end
  return refused, accepted
end

-- Returns the new state of a settled job, and notes the place that it goes to.
local function settled(t, now, places)
  local id, wanted, target, tail, span = unpack(t, 1, 5)
  local source, token, lane = wanted:match('^(%a) (%d+) (%S+)')
  count(source, target, 1)
  local holder, at = nil, int(now + span)
  if ENDED[target] then
    table.insert(places[ENDED[target]], at)
    table.insert(places[ENDED[target]], id)
    holder = lane
  elseif target == 'Q' then
    holder = mark_for(level_of(tail), id)
    table.insert(places[READY[level_of(tail)]], 1, entry(id, holder))
  else
    holder = at
    table.insert(places[DELAYED], at)
    table.insert(places[DELAYED], id)
  end
  return table.concat({target, token, holder, int(now), tail}, ' ')
end

-- Returns a job's error history with one more line, of which the last ten are kept.
local function with_error(history, line)
  local lines = {}
  for known in ((history or '') .. '\n'):gmatch('([^\n]+)\n') do lines[#lines + 1] = known end
  lines[#lines + 1] = line
  return table.concat(lines, '\n', math.max(1, #lines - 9))
end

-- Writes accepted transitions; returns how many jobs went back to their lists' heads.
local function apply(accepted, now)
  if #accepted == 0 then return 0 end
  local places = {[ENDED.C] = {}, [ENDED.F] = {}, [DELAYED] = {}}
  for _, key in pairs(READY) do places[key] = {} end
  local ids, states, results, back = {}, {}, {}, 0
  for i, t in ipairs(accepted) do
    ids[i], states[2 * i - 1], states[2 * i] = t[1], t[1], settled(t, now, places)
    if t[6] then results[#results + 1], results[#results + 2] = t[1], t[6] end
    if t[7] then call('HSET', ERRORS, t[1], with_error(call('HGET', ERRORS, t[1]), t[7])) end
    if t[3] == 'Q' then back = back + 1 end
  end
  call('HSET', STATE, unpack(states))
  call('ZREM', LEASED, unpack(ids))
  if #results > 0 then call('HSET', RESULT, unpack(results)) end
  for _, key in ipairs({ENDED.C, ENDED.F, DELAYED}) do
    if #places[key] > 0 then call('ZADD', key, unpack(places[key])) end
  end
  for _, key in pairs(READY) do
    if #places[key] > 0 then call('LPUSH', key, unpack(places[key])) end
  end
  return back
end
