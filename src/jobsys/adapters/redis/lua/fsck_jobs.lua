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

local function is_list(number) return number <= 6 end

local function positions(number, name) return call('LPOS', KEYS[number], name, 'COUNT', 0) end

-- How often a name stands in a place; a void entry does not.
local function times(number, name)
  if not is_list(number) then return call('ZSCORE', KEYS[number], name) and 1 or 0 end
  return call('SISMEMBER', KEYS[number + 4], name) == 1 and 0 or #positions(number, name)
end

local function take(number, name)
  if is_list(number) then call('LREM', KEYS[number], 0, name) else call('ZREM', KEYS[number], name) end
end

-- Puts a job where it belongs, once: at the head of its list, where its entry is not there.
local function put(found, number, name, score, span)
  if not is_list(number) then return call('ZADD', KEYS[number], score or int(now + span), name) end
  if call('SREM', KEYS[number + 4], name) == 1 then found = #positions(number, name) end
  if found > 1 then call('LREM', KEYS[number], 1 - found, name) end
  if found == 0 then call('LPUSH', KEYS[number], name) end
  wake()
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
  if burial then bury(unpack(burial)) elseif home then put(found, unpack(home)) end
end
return 1
