-- Where the ways lead by which the jobs of a turn end; see _compare.lua.

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
