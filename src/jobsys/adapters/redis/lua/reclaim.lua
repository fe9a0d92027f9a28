#!lua flags=allow-oom
-- Takes over, for one lane, leases that have run out, and those of workers that are gone.
-- ARGV: lane, number, limit, lease_for, grace (0 for none), the gone workers' names with a blank
-- between them. Returns what turn.lua returns.
check()
local lane, number, now = ARGV[1], ARGV[2], clock()
local lease_end = int(now + ARGV[4])
local answer = repeated(number, lane, lease_end)
if answer then return answer end

local limit = tonumber(ARGV[3])
look_for_expired(now, tonumber(ARGV[5]))
local ids = {}
for _, name in ipairs(overdue(now, limit, words(ARGV[6]))) do
  if id_in(name) then ids[#ids + 1] = name else call('ZREM', LEASED, name) end
end
if #ids == 0 then return {summary(lease_end), {}, {}} end
local stored, before = call('HMGET', DATA, unpack(ids)), call('HMGET', STATE, unpack(ids))
local leases, leased, states, ends = {}, {}, {}, {}
for i, id in ipairs(ids) do
  local status, token, _, since, tail = parse(before[i] or '')
  token = int((token or 0) + 1)
  local state = table.concat({status or 'P', token, lane, since or int(now), tail or fresh('normal')}, ' ')
  leases[3 * i - 2], leases[3 * i - 1], leases[3 * i] = id, stored[i], state
  leased[2 * i - 1], leased[2 * i] = id, token
  states[2 * i - 1], states[2 * i] = id, state
  ends[2 * i - 1], ends[2 * i] = lease_end, id
end
call('HSET', STATE, unpack(states))
call('ZADD', LEASED, unpack(ends))
remember(number, {}, leased)
return {summary(lease_end), {}, leases}
