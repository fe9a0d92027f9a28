-- Whether the queue takes new jobs in.
local WAITING = {'scheduled', 'queued', 'blocked', 'retrying'}

-- How many jobs there is room for: the policy bounds those that wait.
local function room_left()
  if policy.closed then return 0 end
  if not policy.max_jobs then return math.huge end
  local waiting = 0
  for _, status in ipairs(WAITING) do
    waiting = waiting + (tonumber(call('HGET', COUNTS, 'now:' .. status) or '') or 0)
  end
  return (tonumber(policy.max_jobs) or math.huge) - waiting
end

-- The receipt of a job that there is no room for.
local function refusal() return policy.closed and 3 or 2 end
