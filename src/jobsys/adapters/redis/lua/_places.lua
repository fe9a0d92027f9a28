-- One job taken out of the place where it stands, and put into another.
local now = clock()

local function read(id)
  local state = call('HGET', STATE, id)
  if state then return parse(state) end
  local level = (call('HGET', DATA, id) or ''):match('^%d+ (%a+)\n')
  if level then return 'Q', '0', '-', int(now), fresh(level) end
end

-- A queued job's entry cannot be searched for: it stays in its list, void.
local function take_out(id, status, holder, level)
  if status == 'Q' then
    call('SADD', GONE[level], entry(id, holder))
    void[level] = void[level] + 1
  else
    call('ZREM', ENDED[status] or DELAYED, id)
  end
end

-- Puts a job where its new status says, and returns what its holder is there.
local function put(id, target, level, due, keep_for)
  if target == 'Q' then
    local mark = mark_for(level, id)
    call('RPUSH', READY[level], entry(id, mark))
    wake()
    return mark
  elseif ENDED[target] then
    call('ZADD', ENDED[target], int(now + keep_for), id)
    return '-'
  end
  local head = tonumber(next_due()) or math.huge
  call('ZADD', DELAYED, due or '+inf', id)
  if due and tonumber(due) < head then wake() end
  return due or '-'
end

local function stand(id, ...) call('HSET', STATE, id, table.concat({...}, ' ')) end

local function forget(id)
  for _, key in ipairs({DATA, STATE, RESULT, ERRORS}) do call('HDEL', key, id) end
end
