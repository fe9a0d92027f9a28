#!lua flags=allow-oom
-- Puts circuits in the place of what their caller has read of them, all or none.
-- KEYS: circuits. ARGV: for how long they are kept ('' for ever), and of each circuit its name, what was
-- read of it and what shall be stored, '' for nothing. Without ARGV it only reads.
-- Returns {1 if it did, else 0; now; name, stored, ...}.
local function stored(name) return redis.call('HGET', KEYS[1], name) or '' end
local done = 1
for i = 2, #ARGV, 3 do
  if stored(ARGV[i]) ~= ARGV[i + 1] then done = 0 end
end
if done == 1 and #ARGV > 1 then
  for i = 2, #ARGV, 3 do
    if ARGV[i + 2] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    end
  end
  if ARGV[1] == '' then
    redis.call('PERSIST', KEYS[1])
  else
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
end
local answer = redis.call('HGETALL', KEYS[1])
table.insert(answer, 1, string.format('%.0f', clock()))
table.insert(answer, 1, done)
return answer
