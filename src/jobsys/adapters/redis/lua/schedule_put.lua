#!lua
-- Stores schedules. One whose rule is as it was keeps its next fire time, a paused one stays so.
-- ARGV: the queue's name; JSON, for each schedule [name, level, next or false, rule]; then the
--       envelopes in the same order.
local queue, schedules = ARGV[1], cjson.decode(ARGV[2])
for i, schedule in ipairs(schedules) do
  local name, level, at, rule = unpack(schedule)
  local fired, last, _, old_rule = read(call('HGET', SCHEDULES, name))
  local waits_for = old_rule and call('ZSCORE', FIRES, name)
  if old_rule and (rule == old_rule or not waits_for) then at = waits_for end
  local told = table.concat({fired or 0, last or 0, level}, ' ')
  call('HSET', SCHEDULES, name, table.concat({told, rule, ARGV[i + 2]}, '\n'))
  set_next(name, at)
end
call('SADD', SCHEDULED, queue)
return #schedules
