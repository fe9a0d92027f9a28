-- Taking new jobs in: `take_in` notes each, `store_taken` writes them all.
local data, states, delayed, pushed, stamps = {}, {}, {}, {}, {}

local function since(now, level) return ' ' .. int(now) .. ' ' .. fresh(level) end

-- Notes a job, which is due at once where due is not later than now, and never where it is false.
local function take_in(id, level, due, envelope, now)
  stamps[level] = stamps[level] or int(now) .. ' ' .. level .. '\n'
  data[#data + 1], data[#data + 2] = id, stamps[level] .. envelope
  if due and tonumber(due) <= now then
    local mark, entries = mark_for(level, id), pushed[level] or {}
    pushed[level], entries[#entries + 1] = entries, entry(id, mark)
    if mark ~= '-' then states[#states + 1], states[#states + 2] = id, 'Q 0 ' .. mark .. since(now, level) end
    return count(nil, 'Q', 1)
  end
  delayed[#delayed + 1], delayed[#delayed + 2] = due or '+inf', id
  states[#states + 1], states[#states + 2] = id, (due and 'S 0 ' .. due or 'B 0 -') .. since(now, level)
  count(nil, due and 'S' or 'B', 1)
end

-- Writes what was taken in, and wakes a worker where there is something for it. QUEUES comes first: no
-- submit has read what it is.
local function store_taken(queue)
  if #data == 0 then return end
  local head = #delayed > 0 and (tonumber(next_due()) or math.huge)
  call('SADD', QUEUES, queue)
  call('HSET', DATA, unpack(data))
  if #states > 0 then call('HSET', STATE, unpack(states)) end
  if #delayed > 0 then call('ZADD', DELAYED, unpack(delayed)) end
  for level, entries in pairs(pushed) do call('RPUSH', READY[level], unpack(entries)) end
  if next(pushed) or head and (tonumber(next_due()) or math.huge) < head then wake() end
  write_counts()
end
