-- Takes a token from a bucket that refills steadily; one atomic step.
-- KEYS[1] the bucket; ARGV[1] its size; ARGV[2] tokens per second.
-- Returns 1 when a token was taken, else 0.

local size, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000

local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or size
local elapsed = now - (tonumber(bucket[2]) or now)

tokens = math.min(size, tokens + elapsed * rate)
local taken = tokens >= 1 and 1 or 0

redis.call('HSET', KEYS[1], 'tokens', tokens - taken, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(size / rate * 1000))
return taken
