#!lua flags=allow-oom
-- Notes which layout the keys have, where nobody has yet. KEYS: layout. ARGV: this release's number.
-- Returns the number that they have.
local known = redis.call('GET', KEYS[1])
if not known then redis.call('SET', KEYS[1], ARGV[1]) end
return known or ARGV[1]
