-- Which jobs have waited too long behind more urgent ones, and how many claims go to them.
local AGED_SHARE = 4

-- When the first job of a level's list became ready; nil where there is none.
local function head_since(level)
  if length[level] <= void[level] then return nil end
  for first = 0, void[level], 1000 do
    local entries = call('LRANGE', READY[level], first, first + math.min(void[level] - first, 999))
    local is_void = void[level] > 0 and #entries > 0 and call('SMISMEMBER', GONE[level], unpack(entries))
    for i, name in ipairs(entries) do
      local id = not (is_void and is_void[i] == 1) and id_in(name)
      if id then
        local _, _, _, since = parse(call('HGET', STATE, id) or '')
        return tonumber(since or (call('HGET', DATA, id) or ''):match('^%d+'))
      end
    end
  end
end

-- The level behind others whose first job has waited the longest, and too long; nil for none.
local function aged_level(order, now)
  local oldest, at, is_first = nil, now - tonumber(policy.age_after), true
  for _, level in ipairs(order) do
    local since = head_since(level)
    if since and not is_first and (since < at or since == at and not oldest) then
      oldest, at = level, since
    end
    is_first = is_first and not since
  end
  return oldest
end

-- How many of the claims go to jobs that have waited too long, and the level that they are of.
local function aged_share(limit, order, now)
  local level = limit > 0 and tonumber(policy.age_after) and aged_level(order, now)
  if not level then return 0 end
  local owed = (tonumber(call('HGET', COUNTS, 'owed') or '') or 0) + limit
  call('HSET', COUNTS, 'owed', int(owed % AGED_SHARE))
  return math.floor(owed / AGED_SHARE), level
end
