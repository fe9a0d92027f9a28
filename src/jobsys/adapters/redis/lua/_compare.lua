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
