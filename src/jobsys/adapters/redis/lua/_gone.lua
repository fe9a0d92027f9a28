-- KEYS: workers, missed. A mark says "<id of the connection that is missed> <since when>".

-- The workers that are missed for so many milliseconds and have not come back, as one text.
local function gone(sure_after)
  local now, names, marks = clock(), {}, redis.call('HGETALL', KEYS[2])
  for i = 1, #marks, 2 do
    local id, since = marks[i + 1]:match('^(%d+) (%d+)$')
    if id and id == redis.call('HGET', KEYS[1], marks[i]) and now - since >= tonumber(sure_after) then
      names[#names + 1] = marks[i]
    end
  end
  return table.concat(names, ' ')
end
