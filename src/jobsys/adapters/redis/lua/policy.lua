#!lua flags=allow-oom
-- Sets what the queue goes by, if that still is as it was seen, and wakes a worker who may go on.
-- A queue of which something is set is listed; one of which nothing is, and that never had a job, is not.
-- ARGV: the queue's name; JSON, the fields that were seen; JSON, the fields that shall be.
-- Returns 1 (set) or 0.
check()
local seen, wanted = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
for field, value in pairs(policy) do
  if seen[field] ~= value then return 0 end
end
for field in pairs(seen) do
  if not policy[field] then return 0 end
end
call('DEL', POLICY)
for field, value in pairs(wanted) do call('HSET', POLICY, field, value) end
policy = wanted
if next(policy) then call('SADD', QUEUES, ARGV[1])
elseif call('HLEN', COUNTS) == 0 then call('SREM', QUEUES, ARGV[1]) end
if policy.paused == '1' then call('DEL', WAKE) elseif left_waiting > 0 then wake() end
return 1
