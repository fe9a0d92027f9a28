#!lua flags=allow-oom
-- Looks whether a job still is where it was seen not to belong, and puts it where it does.
-- ARGV: 1 to mend, 0 to look; JSON [id, digest of its record, home or false, spots that are not its
--       home, burial or false, 1 where what was seen needs no spot to hold]. A spot is [number of its
--       key, name], a home [number, name, score that it must have or false, span for which a job
--       stays that is put there now], a burial [token, tail, span, error, status before or false].
-- Returns 1 where the job still is as it was seen, else 0.
check()
local now = clock()
local id, seen, home, spots, burial, holds = unpack(cjson.decode(ARGV[2]), 1, 6)

local function digest()
  local stored, state = call('HGET', DATA, id), call('HGET', STATE, id)
  return redis.sha1hex(stored or '') .. redis.sha1hex(state or '')
end

local function bury(token, tail, span, line, source)
  local history = with_error(call('HGET', ERRORS, id), line)
  call('HSET', STATE, id, table.concat({'F', token, '-', int(now), tail}, ' '))
  call('ZADD', ENDED.F, int(now + span), id)
  call('HSET', ERRORS, id, history)
  count(source, 'F', 1)
  write_counts()
end

-- Those of the spots at which the job still stands.
local function strays()
  local found = {}
  for _, spot in ipairs(spots) do
    if times(unpack(spot)) > 0 then found[#found + 1] = spot end
  end
  return found
end

-- Whether the job is missing at home, is there more than once, or with another score.
local function is_amiss(found)
  return found ~= 1 or (home[3] and call('ZSCORE', KEYS[home[1]], home[2]) ~= home[3])
end

if digest() ~= seen then return 0 end
local astray, found = strays(), home and times(home[1], home[2])
if holds ~= 1 and #astray == 0 and not (home and is_amiss(found)) then return 0 end
if ARGV[1] == '1' then
  for _, spot in ipairs(astray) do take(unpack(spot)) end
  if burial then bury(unpack(burial))
  elseif home then put(found, home[1], home[2], home[3] or int(now + home[4])) end
end
return 1
