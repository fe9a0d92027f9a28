#!lua flags=allow-oom
-- Looks whether what is wrong about a queue's schedules still is as it was seen, and sets it right.
-- KEYS: those of a queue and its schedules. ARGV, answer: see _findings.lua.

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

return looked()
