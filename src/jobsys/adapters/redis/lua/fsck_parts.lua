#!lua flags=allow-oom
-- Looks whether what belongs to no job, or to all, still is as it was seen, and sets it right.
-- KEYS: those of a queue and its schedules; then a lane's memory, where that is meant.
-- ARGV: 1 to mend, 0 to look; JSON [what, ...] as the functions below take it.
-- Returns 1 where it still is as it was seen, else 0.
local holds, mend = {}, {}

-- A void mark of an entry that is not in its list.
function holds.void(level, name)
  return call('SISMEMBER', GONE[level], name) == 1 and not call('LPOS', READY[level], name)
end
function mend.void(level, name) call('SREM', GONE[level], name) end

-- A result or a history of a job that has no record.
function holds.leftover(number, id)
  return call('HEXISTS', KEYS[number], id) == 1 and call('HEXISTS', DATA, id) == 0 and call('HEXISTS', STATE, id) == 0
end
function mend.leftover(number, id) call('HDEL', KEYS[number], id) end

-- Counts, of which all were seen: no job has changed its state since.
function holds.counts(seen)
  for field, number in pairs(seen) do
    if (call('HGET', COUNTS, field) or '') ~= number then return false end
  end
  return true
end
function mend.counts(_, right)
  for field, number in pairs(right) do call('HSET', COUNTS, field, number) end
end

function holds.unlisted(queue)
  return call('SISMEMBER', QUEUES, queue) == 0 and call('HLEN', DATA) + call('HLEN', STATE) > 0
end
function mend.unlisted(queue) call('SADD', QUEUES, queue) end

-- A lane's memory that would never be forgotten.
function holds.memo() return call('PTTL', KEYS[24]) == -1 end
function mend.memo() call('PEXPIRE', KEYS[24], 60000) end

-- A time at which nothing fires.
function holds.fires(name)
  return call('ZSCORE', FIRES, name) and call('HEXISTS', SCHEDULES, name) == 0
end
function mend.fires(name) call('ZREM', FIRES, name) end

-- A queue with schedules that is not among those, or one without that is.
function holds.scheduled(queue)
  return call('SISMEMBER', SCHEDULED, queue) ~= math.min(call('HLEN', SCHEDULES), 1)
end
function mend.scheduled(queue)
  call(call('HLEN', SCHEDULES) > 0 and 'SADD' or 'SREM', SCHEDULED, queue)
end

local what, first, second = unpack(cjson.decode(ARGV[2]))
if not holds[what](first, second) then return 0 end
if ARGV[1] == '1' then mend[what](first, second) end
return 1
