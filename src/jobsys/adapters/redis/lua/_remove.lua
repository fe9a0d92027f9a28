-- Forgets ended jobs of one place, with all that is kept of them; returns how many.
local function remove(place, ids)
  if #ids == 0 then return 0 end
  for _, state in ipairs(call('HMGET', STATE, unpack(ids))) do
    count((state or (place == ENDED.F and 'F' or 'C')):sub(1, 1), nil, 1)
  end
  call('ZREM', place, unpack(ids))
  for _, key in ipairs({DATA, STATE, RESULT, ERRORS}) do call('HDEL', key, unpack(ids)) end
  return #ids
end
