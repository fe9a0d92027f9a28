#!lua flags=allow-oom
-- Applies transitions by compare-and-set, then claims jobs for one lane.
-- ARGV: lane, number, JSON of the transitions (see _compare.lua), limit, lease_for, and the levels to
-- claim from where that is not each.
-- Returns {waiting, next due, lease end, types held back}, {index, refusal, ...}, {id, stored, state, ...}, and for how
-- long each of these jobs was ready, where this call has claimed them: nothing for one that was so
-- ever since it was submitted.
check()
local lane, number, limit, now = ARGV[1], ARGV[2], tonumber(ARGV[4]), clock()
local lease_end = int(now + ARGV[5])
local answer = repeated(number, lane, lease_end)
if answer then return answer end

local ways, jobs = unpack(cjson.decode(ARGV[3]))
local refused, accepted = compare(ways, jobs)
left_waiting = left_waiting + apply(ways, accepted, now)
local ids, levels, popped, voids = peek(limit, ARGV[6] and words(ARGV[6]) or LEVELS, now)
local leases, leased, states, waits = leases_of(ids, levels, lane, now)
take(ids, states, popped, voids, lease_end)
left_waiting = left_waiting - #ids
if left_waiting > 0 then wake() end
if #accepted + #ids > 0 then remember(number, refused, leased) end
write_counts()
return {summary(lease_end), refused, leases, waits}
