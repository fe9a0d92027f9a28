#!lua flags=allow-oom
-- Promotes jobs that are due and removes ended ones whose retention is over.
-- ARGV: limit, how many done jobs a queue keeps, or -1: nothing is removed. Returns
-- {promoted, removed, leased, next due, when the next ended ones are to be removed (twice), now}.
check()
local limit, keep_last, now = tonumber(ARGV[1]), tonumber(ARGV[2]), clock()

local function promote()
  local ids = call('ZRANGEBYSCORE', DELAYED, '-inf', int(now), 'LIMIT', 0, limit)
  if #ids == 0 then return 0 end
  local states, pushed = {}, {}
  for i, state in ipairs(call('HMGET', STATE, unpack(ids))) do
    local status, token, due, _, tail = parse(state or '')
    local since = int(math.min(tonumber(due) or now, now))
    local level = level_of(tail or fresh('normal'))
    local mark = mark_for(level, ids[i])
    pushed[level] = pushed[level] or {}
    table.insert(pushed[level], entry(ids[i], mark))
    states[2 * i - 1] = ids[i]
    states[2 * i] = table.concat({'Q', token or 0, mark, since, tail or fresh(level)}, ' ')
    count(status or 'S', 'Q', 1)
  end
  call('ZREM', DELAYED, unpack(ids))
  call('HSET', STATE, unpack(states))
  for level, entries in pairs(pushed) do call('RPUSH', READY[level], unpack(entries)) end
  return #ids
end

local promoted, removed = promote(), 0
for _, place in ipairs(keep_last >= 0 and {ENDED.C, ENDED.F} or {}) do
  removed = removed + remove(place, call('ZRANGEBYSCORE', place, '-inf', int(now), 'LIMIT', 0, limit))
end
local surplus = keep_last >= 0 and math.min(call('ZCARD', ENDED.C) - keep_last, limit) or 0
if surplus > 0 then removed = removed + remove(ENDED.C, call('ZRANGE', ENDED.C, 0, surplus - 1)) end
drop_holds(now, limit)
if left_waiting + promoted > 0 then wake() end
write_counts()
local over = {first_in(ENDED.C), first_in(ENDED.F)}
return {promoted, removed, call('ZCARD', LEASED), next_due(), over[1], over[2], int(now)}
