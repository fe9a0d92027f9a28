#!lua flags=no-writes
-- Returns {now, worker, card, ...}. KEYS: cards.
local answer = redis.call('HGETALL', KEYS[1])
table.insert(answer, 1, string.format('%.0f', clock()))
return answer
