-- How many jobs stand where: what a script moves is noted, and written at its end.
local NAMES = {S = 'scheduled', Q = 'queued', B = 'blocked', P = 'processing', X = 'cancelling',
  R = 'retrying', C = 'completed', F = 'failed', D = 'cancelled'}
local moved = {}

-- Notes that n jobs went from one status to another; nil stands for outside the queue.
local function count(source, target, n)
  local move = (source or ' ') .. (target or ' ')
  moved[move] = (moved[move] or 0) + n
end

-- A count that is no number any more begins anew: what was counted must not stop what was done.
local function write_counts()
  local tally = {}
  local function add(field, n) tally[field] = (tally[field] or 0) + n end
  for move, n in pairs(moved) do
    local source, target = move:sub(1, 1), move:sub(2, 2)
    if NAMES[source] then add('now:' .. NAMES[source], -n) end
    if NAMES[target] then add('now:' .. NAMES[target], n) end
    if NAMES[target] and source ~= target then add('ever:' .. NAMES[target], n) end
  end
  for field, n in pairs(tally) do
    if n ~= 0 and type(redis.pcall('HINCRBY', COUNTS, field, n)) == 'table' then
      call('HSET', COUNTS, field, math.max(n, 0))
    end
  end
end
