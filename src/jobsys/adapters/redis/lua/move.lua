#!lua flags=allow-oom
-- Makes moves that the domain allows, in order.
-- ARGV: JSON, for each move [id, {status: target}, due, level, reason, keep_for, starts_over, claim];
--       target "" removes the job, level "" leaves it, due is as in due_at or false, claim as in
--       _unique.lua or false.
-- Returns, for each move, [status before, status after, applied]; "" for a job that is not there.
check()
local answers = {}

-- What a tail's parts become: level "" and reason nil leave theirs.
local function tail_after(parts, level, reason, starts_over)
  local spent, old_level, started, held, old_reason, told = unpack(parts, 1, 6)
  if level == '' then level = old_level end
  if starts_over then spent, held, told = '0 0 0', '0', '0 ' end
  return table.concat({spent, level, started, held, reason or old_reason, told}, ' '), level
end

local function move(id, targets, due, level, reason, keep_for, starts_over, claim)
  local status, token, holder, since, tail = read(id)
  local target = status and targets[status]
  if not target or claim and kept_out_by(id, claim, now) then return {status or '', status or '', 0} end
  if claim then hold(id, claim, now) end
  count(status, target ~= '' and target or nil, 1)
  if target == 'X' then
    stand(id, target, token, holder, since, tail)
    return {status, target, 1}
  end
  local parts = {tail:match('^(%d+ %d+ %d) (%a+) (%d+) (%d+) (%S+) (.*)$')}
  take_out(id, status, holder, parts[2])
  if target == '' then
    forget(id)
    return {status, target, 1}
  end
  if starts_over == 1 then call('HDEL', RESULT, id) end
  tail, level = tail_after(parts, level, (target ~= status or due) and reason or nil, starts_over == 1)
  due = due and due_at(due, now) or (holder:match('^%d+$') or nil)
  stand(id, target, token, put(id, target, level, due, keep_for), int(now), tail)
  return {status, target, 1}
end

for i, job in ipairs(cjson.decode(ARGV[1])) do answers[i] = move(unpack(job, 1, 8)) end
write_counts()
store_holds(now)
return answers
