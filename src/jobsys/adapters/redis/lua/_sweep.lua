-- Whose leases a reclaim takes.

-- Notes a look for expired leases, to within a quarter of the grace. Where nobody had looked for
-- two thirds of it, everybody stood still alike: what has run out is spared for the grace, but not
-- before somebody has looked a grace after the last sparing: no lease is spared twice.
local function look_for_expired(now, grace)
  if grace == 0 then return end
  local noted = call('HMGET', COUNTS, 'looked', 'spared')
  local last, spared = tonumber(noted[1] or ''), tonumber(noted[2] or '')
  local age = now - (last or now)
  local stalled = last and age >= math.floor(grace * 2 / 3) and (not spared or last - spared >= grace)
  while stalled do
    local ids = call('ZRANGEBYSCORE', LEASED, '-inf', int(now), 'LIMIT', 0, 1000)
    if #ids == 0 then break end
    local ends = {}
    for i, id in ipairs(ids) do ends[2 * i - 1], ends[2 * i] = int(now + grace), id end
    call('ZADD', LEASED, unpack(ends))
    call('HSET', COUNTS, 'spared', int(now))
  end
  if not last or age < 0 or age >= math.floor(grace / 4) then
    call('HSET', COUNTS, 'looked', int(now))
  end
end

-- Returns up to `limit` jobs whose leases have run out, or whose lane is one of a gone worker's.
local function overdue(now, limit, gone)
  if #gone == 0 then return call('ZRANGEBYSCORE', LEASED, '-inf', int(now), 'LIMIT', 0, limit) end
  local found, is_gone, first = {}, {}, 0
  for _, name in ipairs(gone) do is_gone[name] = true end
  repeat
    local leased, ids = call('ZRANGE', LEASED, first, first + 999, 'WITHSCORES'), {}
    for i = 1, #leased, 2 do ids[#ids + 1] = leased[i] end
    for i, state in ipairs(#ids > 0 and call('HMGET', STATE, unpack(ids)) or {}) do
      local _, _, holder = parse(state or '')
      local expired = tonumber(leased[2 * i]) <= now
      if expired or is_gone[(holder or ''):match('^[^.]*')] then found[#found + 1] = ids[i] end
      if #found == limit then return found end
    end
    first = first + 1000
  until #ids < 1000
  return found
end
