-- What was set of the queue: texts by the names of QueuePolicy's fields; nothing, where nothing was.
local policy = {}

local function read_policy()
  local fields = call('HGETALL', POLICY)
  for i = 1, #fields, 2 do policy[fields[i]] = fields[i + 1] end
end
