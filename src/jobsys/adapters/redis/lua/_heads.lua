-- Looks at the heads of the lists, in this order of their levels. Returns the ids of up to `limit`
-- jobs, their levels, how many entries to pop from each list, and the void ones among them.
local function peek(limit, order, now)
  local ids, levels, popped, voids = {}, {}, {}, {}

  -- Adds jobs of a level until there are `goal`; says whether nothing of it may lie behind void entries.
  local function add_from(level, goal)
    local first, missing = popped[level] or 0, goal - #ids
    if missing <= 0 or length[level] <= first then return true end
    local wish = missing + math.min(void[level], 1000)
    local entries = call('LRANGE', READY[level], first, first + wish - 1)
    local is_void = void[level] > 0 and #entries > 0 and call('SMISMEMBER', GONE[level], unpack(entries))
    voids[level] = voids[level] or {}
    for i, name in ipairs(entries) do
      if #ids == goal then break end
      popped[level] = first + i
      local id = id_in(name)
      if is_void and is_void[i] == 1 then
        table.insert(voids[level], name)
      elseif id then
        ids[#ids + 1], levels[#ids + 1] = id, level
      end
    end
    return #entries < wish
  end

  if policy.paused == '1' then limit = 0 end
  local share, aged = aged_share(limit, order, now)
  if share > 0 then add_from(aged, share) end
  for _, level in ipairs(order) do
    if not add_from(level, limit) then break end
  end
  return ids, levels, popped, voids
end
