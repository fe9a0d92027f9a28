#!lua flags=allow-oom
-- Extends leases and stores the progress that comes with them.
-- ARGV: JSON, for each lease [id, token, lane, alone, percent, message]; lease_for.
-- Returns, for each lease, "held", "cancel asked" or "lost".
-- A foreign value raises before anything is written: STATE is read first, LEASED written first.
local renewals, lease_end = cjson.decode(ARGV[1]), int(clock() + ARGV[2])
local ids, answers, ends, states, latest = {}, {}, {}, {}, {}
for i, renewal in ipairs(renewals) do ids[i] = renewal[1] end
local before = call('HMGET', STATE, unpack(ids))
for i, renewal in ipairs(renewals) do
  local id, token, lane, alone, percent, message = unpack(renewal)
  local status, held_token, holder, since, tail = parse(latest[id] or before[i] or '')
  answers[i] = 'lost'
  if (status == 'P' or status == 'X') and held_token == token and holder == lane then
    answers[i] = status == 'X' and 'cancel asked' or 'held'
    ends[#ends + 1], ends[#ends + 2] = lease_end, id
    local counters, level, rest = tail:match('^(%d+ %d+) %d (%a+) (%d+ %d+ %S+)')
    local told = table.concat({counters, alone, level, rest, percent, message}, ' ')
    if told ~= tail then
      latest[id] = table.concat({status, token, lane, since, told}, ' ')
      states[#states + 1], states[#states + 2] = id, latest[id]
    end
  end
end
if #ends > 0 then call('ZADD', LEASED, unpack(ends)) end
if #states > 0 then call('HSET', STATE, unpack(states)) end
return answers
