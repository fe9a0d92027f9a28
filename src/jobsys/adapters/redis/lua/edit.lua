#!lua
-- Replaces what a job is made of, if it is as it was seen.
-- ARGV: id; what is stored, "" for nothing; its state; what is to be stored; a line for its history.
-- Returns 1; 0 where the job is not as it was seen.
local id, seen, state, instead, line = unpack(ARGV)
local stored, history = call('HGET', DATA, id) or '', call('HGET', ERRORS, id)
if (call('HGET', STATE, id) or '') ~= state then return 0 end
if stored == instead then return 1 end
if stored ~= seen then return 0 end
call('HSET', ERRORS, id, with_error(history, line))
call('HSET', DATA, id, instead)
return 1
