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
