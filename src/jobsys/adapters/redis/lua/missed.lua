#!lua flags=allow-oom
-- Marks the workers that a look has missed, the others no more. KEYS: workers, missed.
-- ARGV: sure_after, longest, and each missed worker with the id of its connection.
-- Returns the names of the workers that are gone, with blanks between them.
local now, marks = clock(), {}
for i = 3, #ARGV, 2 do
  local id, lasted = missed_for(redis.call('HGET', KEYS[2], ARGV[i]) or '', now)
  if id ~= ARGV[i + 1] then lasted = 0 end
  marks[ARGV[i]] = string.format('%s %.0f %.0f', ARGV[i + 1], lasted, now)
end
redis.call('DEL', KEYS[2])
for worker, mark in pairs(marks) do redis.call('HSET', KEYS[2], worker, mark) end
return gone()
