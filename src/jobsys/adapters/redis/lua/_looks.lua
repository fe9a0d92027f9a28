-- What lies in a queue: how many jobs wait, and whether every key has its own type.
local left_waiting = 0

-- Counts what waits.
local function look()
  for _, level in ipairs(LEVELS) do
    look_at(level)
    left_waiting = left_waiting + math.max(length[level] - void[level], 0)
  end
  woken = call('LLEN', WAKE)
  read_policy()
end

-- Reads every key by its own type, so that a foreign value raises before anything is written.
local function check()
  look()
  for _, key in ipairs({DATA, STATE, RESULT, ERRORS, COUNTS}) do call('HLEN', key) end
  for _, key in ipairs({DELAYED, LEASED, ENDED.C, ENDED.F}) do call('ZCARD', key) end
  call('SCARD', QUEUES)
end
