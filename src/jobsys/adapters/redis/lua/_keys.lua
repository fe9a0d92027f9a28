-- KEYS: the keys of one queue in the order of KeyLayout.of_queue.
local DATA, STATE, DELAYED, LEASED = KEYS[1], KEYS[2], KEYS[11], KEYS[12]
local ENDED = {C = KEYS[13], D = KEYS[13], F = KEYS[14]}
local RESULT, ERRORS, COUNTS, WAKE, QUEUES, POLICY, TURN = unpack(KEYS, 15, 21)
local LEVELS = {'critical', 'high', 'normal', 'low'}
local READY = {critical = KEYS[3], high = KEYS[4], normal = KEYS[5], low = KEYS[6]}
local GONE = {critical = KEYS[7], high = KEYS[8], normal = KEYS[9], low = KEYS[10]}
