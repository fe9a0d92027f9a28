#!lua flags=allow-oom
-- Marks the workers that a look has missed, the others no more. KEYS: workers, missed.
-- ARGV: sure_after, and each missed worker with the id of its connection.
-- Returns the names of the workers that are gone, with blanks between them.
local now, marks = string.format('%.0f', clock()), {}
for i = 2, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[2], ARGV[i]) or ''
  marks[ARGV[i]] = before:match('^%d+') == ARGV[i + 1] and before or ARGV[i + 1] .. ' ' .. now
end
redis.call('DEL', KEYS[2])
for worker, mark in pairs(marks) do redis.call('HSET', KEYS[2], worker, mark) end
return gone(ARGV[1])
