#!lua flags=allow-oom
-- Names the workers that are gone, and says whether the caller is to look which others are missed:
-- each does while there are few, for that writes nothing; of many, one at a time.
-- KEYS: workers, missed, looked. ARGV: sure_after, longest, look_every, few. Returns {names with blanks
-- between them, worker, id, ...}: for whoever is to look the workers that are registered, else none.
local names = gone()
local are_many = redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4])
if are_many and redis.call('EXISTS', KEYS[3]) == 1 then return {names} end
local answer = redis.call('HGETALL', KEYS[1])
if are_many then redis.call('SET', KEYS[3], '1', 'PX', ARGV[3]) end
table.insert(answer, 1, names)
return answer
