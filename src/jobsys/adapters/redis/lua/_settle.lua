-- _settle
-- Transitions come as [ways, jobs]. A way is ["<status> <token> <lane> <since> ", target, tail, span], and
-- most jobs of a turn have the same; span is the time until a delayed job is due, or until an ended
-- one's retention is over. A job is [id, number of its way, result, error], the last two if there are any.

-- Splits transitions into those whose job still has the status, token and lane, and refusals:
-- [index, refusal, ...], the first index being 0.
local function compare(ways, jobs)
  local refused, accepted, ids, seen = {}, {}, {}, {}
  for i, job in ipairs(jobs) do ids[i] = job[1] end
  local states = #ids > 0 and call('HMGET', STATE, unpack(ids)) or {}
  for i, job in ipairs(jobs) do
    local state, wanted = states[i] or '', ways[job[2]][1]
    local again = seen[job[1]]
    if not again and state:find(wanted, 1, true) == 1 then
      accepted[#accepted + 1], seen[job[1]] = job, true
    else
      local asked = not again and state:find('X' .. wanted:sub(2), 1, true) == 1
      refused[#refused + 1], refused[#refused + 2] = int(i - 1), asked and 'cancelling' or 'lost'
    end
  end
  return refused, accepted
end

-- Returns a job's error history with one more line, of which the last ten are kept.
local function with_error(history, line)
  local lines = {}
  for known in ((history or '') .. '\n'):gmatch('([^\n]+)\n') do lines[#lines + 1] = known end
  lines[#lines + 1] = line
  return table.concat(lines, '\n', math.max(1, #lines - 9))
end

-- Where a way leads: a place, the score there, and the state of the jobs, but for those that go back
-- to their lists, each of which has a mark of its own.
local function goal_of(way, now)
  local wanted, target, tail, span = unpack(way)
  local source, token, lane = wanted:match('^(%a) (%d+) (%S+)')
  local goal = {source = source, target = target, token = token, tail = tail, jobs = 0}
  if target == 'Q' then
    goal.level = level_of(tail)
    goal.place = READY[goal.level]
  else
    goal.place, goal.score = ENDED[target] or DELAYED, int(now + span)
    local holder = ENDED[target] and lane or goal.score
    goal.state = table.concat({target, token, holder, int(now), tail}, ' ')
  end
  return goal
end

-- Notes a job in the entries of its goal's place, and returns its new state.
local function settled(id, goal, entries, now)
  goal.jobs = goal.jobs + 1
  if goal.score then
    entries[#entries + 1], entries[#entries + 2] = goal.score, id
    return goal.state
  end
  local mark = mark_for(goal.level, id)
  table.insert(entries, 1, entry(id, mark))
  return table.concat({'Q', goal.token, mark, int(now), goal.tail}, ' ')
end

-- Writes accepted transitions; returns how many jobs went back to their lists' heads.
local function apply(ways, accepted, now)
  if #accepted == 0 then return 0 end
  local goals, places, ids, states, results, back = {}, {}, {}, {}, {}, 0
  for i, way in ipairs(ways) do
    goals[i] = goal_of(way, now)
    places[goals[i].place] = {}
  end
  for i, job in ipairs(accepted) do
    local id, goal, result, line = job[1], goals[job[2]], job[3], job[4]
    ids[i], states[2 * i - 1], states[2 * i] = id, id, settled(id, goal, places[goal.place], now)
    if result then results[#results + 1], results[#results + 2] = id, result end
    if line then call('HSET', ERRORS, id, with_error(call('HGET', ERRORS, id), line)) end
  end
  call('HSET', STATE, unpack(states))
  call('ZREM', LEASED, unpack(ids))
  if #results > 0 then call('HSET', RESULT, unpack(results)) end
  for _, goal in ipairs(goals) do
    count(goal.source, goal.target, goal.jobs)
    if goal.level then back = back + goal.jobs end
    local entries = places[goal.place]
    if #entries > 0 then call(goal.score and 'ZADD' or 'LPUSH', goal.place, unpack(entries)) end
    places[goal.place] = {}
  end
  return back
end
