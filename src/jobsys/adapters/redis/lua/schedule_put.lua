#!lua
-- Stores schedules. One whose rule is as it was keeps its next fire time, a paused one stays so, and
-- one that has made all its jobs has none.
-- ARGV: the queue's name; JSON, for each schedule [name, level and policy, next or false, rule]; then
--       the envelopes in the same order.
local queue, schedules = ARGV[1], cjson.decode(ARGV[2])
for i, schedule in ipairs(schedules) do
  local name, terms, at, rule = unpack(schedule)
  local fired, last, _, old_rule = read(call('HGET', SCHEDULES, name))
  local waits_for = old_rule and call('ZSCORE', FIRES, name)
  local paused = old_rule and not waits_for and not is_over(old_rule, fired)
  if is_over(rule, fired or 0) then
    at = false
  elseif paused or rule == old_rule then
    at = waits_for
  end
  local told = table.concat({fired or 0, last or 0, terms}, ' ')
  call('HSET', SCHEDULES, name, table.concat({told, rule, ARGV[i + 2]}, '\n'))
  set_next(name, at)
end
call('SADD', SCHEDULED, queue)
return #schedules
