-- KEYS: workers, missed. ARGV: sure_after, longest, ... A mark says
-- "<id of the connection that is missed> <for how long, up to the last look> <when that was>".

-- The id of a mark, and for how long it has been missed. A pause between looks counts for no more
-- than `longest`: while Redis stands still, or is away, nobody can come back.
local function missed_for(mark, now)
  local id, lasted, at = mark:match('^(%d+) (%d+) (%d+)$')
  if not id then return nil, 0 end
  return id, tonumber(lasted) + math.max(math.min(now - tonumber(at), tonumber(ARGV[2])), 0)
end

-- The workers that have been missed for long enough and have not come back, as one text.
local function gone()
  local now, names, marks = clock(), {}, redis.call('HGETALL', KEYS[2])
  for i = 1, #marks, 2 do
    local id, lasted = missed_for(marks[i + 1], now)
    if id and id == redis.call('HGET', KEYS[1], marks[i]) and lasted >= tonumber(ARGV[1]) then
      names[#names + 1] = marks[i]
    end
  end
  return table.concat(names, ' ')
end
