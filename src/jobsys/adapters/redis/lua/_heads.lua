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
