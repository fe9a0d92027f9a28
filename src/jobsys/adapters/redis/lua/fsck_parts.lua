#!lua flags=allow-oom
-- Looks whether what belongs to no job, or to all, still is as it was seen, and sets it right.
-- KEYS: those of a queue; then a lane's memory, where that is meant. ARGV, answer: see _findings.lua.
check()

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
  return call('SISMEMBER', QUEUES, queue) == 0 and call('HLEN', DATA) + call('HLEN', STATE) + call('HLEN', POLICY) > 0
end
function mend.unlisted(queue) call('SADD', QUEUES, queue) end

-- A lane's memory that would never be forgotten.
function holds.memo() return call('PTTL', TURN) == -1 end
function mend.memo() call('PEXPIRE', TURN, 60000) end

return looked()
