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
    if goal.level then
      back = back + goal.jobs
      length[goal.level] = length[goal.level] + goal.jobs
    end
    local entries = places[goal.place]
    if #entries > 0 then call(goal.score and 'ZADD' or 'LPUSH', goal.place, unpack(entries)) end
    places[goal.place] = {}
  end
  return back
end
