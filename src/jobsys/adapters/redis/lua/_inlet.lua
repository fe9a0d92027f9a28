-- KEYS: those that new jobs go into, in the order of KeyLayout.of_inlet: fewer than a queue has, for
-- each costs time. ARGV[2]: the levels whose lists come then, two each; the holds are the last, where
-- a job asks to be unique.
local DATA, STATE, DELAYED, COUNTS, WAKE, QUEUES, POLICY = unpack(KEYS, 1, 7)
local READY, GONE, named = {}, {}, 7
for level in ARGV[2]:gmatch('%a+') do
  READY[level], GONE[level] = KEYS[named + 1], KEYS[named + 2]
  named = named + 2
end
local UNIQUE, HOLDS = KEYS[named + 1], KEYS[named + 2]
