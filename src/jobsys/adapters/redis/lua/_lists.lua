-- The ready lists: how long each is, and the list that wakes a worker when there is something in them.
local length, void, woken = {}, {}, 0

-- Counts the entries of a level's list, and the void ones among them; each key is read by its own type.
local function look_at(level)
  if length[level] then return end
  length[level], void[level] = call('LLEN', READY[level]), call('SCARD', GONE[level])
end

-- Wakes one idle worker, who could claim.
local function wake()
  if woken == 0 and policy.paused ~= '1' then woken = call('RPUSH', WAKE, '1') end
end
