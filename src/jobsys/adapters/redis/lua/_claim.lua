-- Looks at the heads of the lists, the most urgent first. Returns the ids of up to `limit` jobs,
-- their levels, how many entries to pop from each list, and the void ones among them.
local function peek(limit)
  local ids, levels, popped, voids = {}, {}, {}, {}
  for _, level in ipairs(LEVELS) do
    local missing = limit - #ids
    if missing <= 0 then break end
    if length[level] > 0 then
      local wish = missing + math.min(void[level], 1000)
      local entries = call('LRANGE', READY[level], 0, wish - 1)
      local is_void = void[level] > 0 and #entries > 0 and call('SMISMEMBER', GONE[level], unpack(entries))
      voids[level] = {}
      for i, name in ipairs(entries) do
        if #ids == limit then break end
        popped[level] = i
        local id = id_in(name)
        if is_void and is_void[i] == 1 then
          table.insert(voids[level], name)
        elseif id then
          ids[#ids + 1], levels[#ids + 1] = id, level
        end
      end
      if #entries == wish then break end -- more of this level may lie behind void entries
    end
  end
  return ids, levels, popped, voids
end

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
