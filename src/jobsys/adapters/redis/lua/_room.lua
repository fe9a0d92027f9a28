-- Whether the queue takes new jobs in.
local WAITING = {'scheduled', 'queued', 'blocked', 'retrying'}

-- How many jobs there is room for: the policy bounds those that wait.
local function room_left()
  if policy.closed == '1' then return 0 end
  local bound = tonumber(policy.max_jobs) or 0
  if bound <= 0 then return math.huge end
  local waiting = 0
  for _, status in ipairs(WAITING) do
    waiting = waiting + (tonumber(call('HGET', COUNTS, 'now:' .. status) or '') or 0)
  end
  return bound - waiting
end

-- The receipt of a job that there is no room for.
local function refusal() return policy.closed == '1' and 3 or 2 end
