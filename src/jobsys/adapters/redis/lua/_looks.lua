-- What lies in a queue: how many jobs wait, and whether every key has its own type.
local length, void, left_waiting, woken = {}, {}, 0, 0

-- Counts the entries of a level's list, and the void ones among them; each key is read by its own type.
local function look_at(level)
  if length[level] then return end
  length[level], void[level] = call('LLEN', READY[level]), call('SCARD', GONE[level])
end

-- Counts what waits.
local function look()
  for _, level in ipairs(LEVELS) do
    look_at(level)
    left_waiting = left_waiting + math.max(length[level] - void[level], 0)
  end
  woken = call('LLEN', WAKE)
end

-- Reads every key by its own type, so that a foreign value raises before anything is written.
local function check()
  look()
  for _, key in ipairs({DATA, STATE, RESULT, ERRORS, COUNTS}) do call('HLEN', key) end
  for _, key in ipairs({DELAYED, LEASED, ENDED.C, ENDED.F}) do call('ZCARD', key) end
  call('SCARD', QUEUES)
end

-- Wakes one idle worker.
local function wake()
  if woken == 0 then woken = call('RPUSH', WAKE, '1') end
end
