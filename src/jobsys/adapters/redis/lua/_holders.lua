-- KEYS: those of a queue, then UNIQUE and HOLDS.
local UNIQUE, HOLDS = KEYS[21], KEYS[22]
call('HLEN', UNIQUE)
call('ZCARD', HOLDS)
