-- The places of a job: entries of the ready lists, and members of the sorted sets.
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
local function put(found, number, name, score)
  if not is_list(number) then return call('ZADD', KEYS[number], score, name) end
  if call('SREM', KEYS[number + 4], name) == 1 then found = #positions(number, name) end
  if found > 1 then call('LREM', KEYS[number], 1 - found, name) end
  if found == 0 then call('LPUSH', KEYS[number], name) end
  wake()
end
