-- Returns the leases of these jobs, [id, stored, state, ...], as they will be once taken, and for
-- how long each was ready: '' where nobody knows, false for a job without state, which was so ever
-- since it was submitted.
local function leases_of(ids, levels, lane, now)
  if #ids == 0 then return {}, {}, {}, {} end
  local leases, leased, states, waits = {}, {}, {}, {}
  local stored, before = call('HMGET', DATA, unpack(ids)), call('HMGET', STATE, unpack(ids))
  local held, new = ' ' .. lane .. ' ' .. int(now) .. ' ', {}
  for _, level in ipairs(LEVELS) do new[level] = 'P 1' .. held .. fresh(level) end
  for i, id in ipairs(ids) do
    local token, state = '1', new[levels[i]]
    waits[i] = false
    if before[i] then
      local _, last, _, since, tail = parse(before[i])
      token, waits[i] = int((last or 0) + 1), since and now - since or ''
      state = 'P ' .. token .. held .. (tail or fresh(levels[i]))
    end
    leases[3 * i - 2], leases[3 * i - 1], leases[3 * i] = id, stored[i], state
    leased[2 * i - 1], leased[2 * i] = id, token
    states[2 * i - 1], states[2 * i] = id, state
  end
  return leases, leased, states, waits
end

-- Writes what peek and leases_of have found.
local function take(ids, states, popped, voids, lease_end)
  for level, n in pairs(popped) do
    call('LPOP', READY[level], n)
    if #voids[level] > 0 then call('SREM', GONE[level], unpack(voids[level])) end
  end
  if #ids == 0 then return end
  local ends = {}
  for i, id in ipairs(ids) do ends[2 * i - 1], ends[2 * i] = lease_end, id end
  call('HSET', STATE, unpack(states))
  call('ZADD', LEASED, unpack(ends))
  count('Q', 'P', #ids)
end
