#!lua
-- Stores jobs; one whose id exists is left as it is.
-- ARGV: the queue's name; JSON, for each job [id, level, due], due as in due_at or false for a
--       blocked job; then their envelopes in the same order.
-- Returns, for each job, 1 (created) or 0 (exists).
-- A foreign value raises before anything is written: here, or where what is known is read below.
look()
call('HLEN', COUNTS)
call('SCARD', QUEUES)
local now, jobs = clock(), cjson.decode(ARGV[2])
local ids, receipts, seen = {}, {}, {}
local data, states, delayed, pushed = {}, {}, {}, {}
local head = tonumber(next_due()) or math.huge

local function take_in(id, level, due, envelope)
  data[#data + 1], data[#data + 2] = id, int(now) .. ' ' .. level .. '\n' .. envelope
  local since = ' ' .. int(now) .. ' ' .. fresh(level)
  if due and tonumber(due) <= now then
    local mark = mark_for(level, id)
    pushed[level] = pushed[level] or {}
    table.insert(pushed[level], entry(id, mark))
    if mark ~= '-' then states[#states + 1], states[#states + 2] = id, 'Q 0 ' .. mark .. since end
    return 'Q'
  end
  delayed[#delayed + 1], delayed[#delayed + 2] = due or '+inf', id
  states[#states + 1], states[#states + 2] = id, (due and 'S 0 ' .. due or 'B 0 -') .. since
  if due and tonumber(due) < head then wake() end
  return due and 'S' or 'B'
end

for i, job in ipairs(jobs) do ids[i] = job[1] end
local known, standing = call('HMGET', DATA, unpack(ids)), call('HMGET', STATE, unpack(ids))
for i, job in ipairs(jobs) do
  receipts[i] = (known[i] or standing[i] or seen[job[1]]) and 0 or 1
  if receipts[i] == 1 then
    count(nil, take_in(job[1], job[2], job[3] and due_at(job[3], now), ARGV[i + 2]), 1)
    seen[job[1]] = true
  end
end
if #data == 0 then return receipts end
call('HSET', DATA, unpack(data))
if #states > 0 then call('HSET', STATE, unpack(states)) end
if #delayed > 0 then call('ZADD', DELAYED, unpack(delayed)) end
for level, entries in pairs(pushed) do call('RPUSH', READY[level], unpack(entries)) end
if next(pushed) then wake() end
write_counts()
call('SADD', QUEUES, ARGV[1])
return receipts
