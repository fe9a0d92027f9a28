#!lua flags=allow-oom
-- Puts a worker's card in the place of its last one; the first card of a worker has old ones removed.
-- KEYS: cards, a hash of "<when it was shown> <card>". ARGV: worker, card, for how long cards are kept.
local cards, now, kept = KEYS[1], clock(), tonumber(ARGV[3])
if redis.call('HSET', cards, ARGV[1], string.format('%.0f %s', now, ARGV[2])) == 1 then
  local all = redis.call('HGETALL', cards)
  for i = 1, #all, 2 do
    if now - (tonumber(all[i + 1]:match('^%d+')) or 0) >= kept then
      redis.call('HDEL', cards, all[i])
    end
  end
end
redis.call('PEXPIRE', cards, kept)
return 1
