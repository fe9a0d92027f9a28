-- Put in front of every script: the keys of one queue, its clock, and what several scripts do.
-- KEYS: the fixed keys of one queue in the order of KeyLayout.
-- A job's state: "<status> <token> <holder> <since> <tail>". The holder is the lane of a leased or
-- ended job, the due time of a delayed one, the mark of a queued one's list entry; "-" for none.
-- The tail: "<attempts> <crashes> <alone> <level> <started> <held> <reason> <percent> <message>".
-- A job without state is queued and fresh. Times are milliseconds.
local DATA, STATE, DELAYED, LEASED = KEYS[1], KEYS[2], KEYS[11], KEYS[12]
local ENDED = {C = KEYS[13], D = KEYS[13], F = KEYS[14]}
local RESULT, ERRORS, COUNTS, WAKE, QUEUES, TURN = KEYS[15], KEYS[16], KEYS[17], KEYS[18], KEYS[19], KEYS[20]
local LEVELS = {'critical', 'high', 'normal', 'low'}
local READY = {critical = KEYS[3], high = KEYS[4], normal = KEYS[5], low = KEYS[6]}
local GONE = {critical = KEYS[7], high = KEYS[8], normal = KEYS[9], low = KEYS[10]}
local NAMES = {S = 'scheduled', Q = 'queued', B = 'blocked', P = 'processing', X = 'cancelling',
  R = 'retrying', C = 'completed', F = 'failed', D = 'cancelled'}
local call = redis.call
local moved, has_void, texts, left_waiting, woken = {}, {}, {}, 0, 0

-- A whole number as text: many jobs of one call have the same.
local function int(n)
  texts[n] = texts[n] or string.format('%.0f', n)
  return texts[n]
end

local function fresh(level) return '0 0 0 ' .. level .. ' 0 0 - 0 ' end

-- status, token, holder, since, tail
local function parse(state) return state:match('^(%a) (%d+) (%S+) (%d+) (.*)$') end

local function level_of(tail) return tail:match('^%d+ %d+ %d (%a+)') end

-- Counts what waits, by reading each list, and the set of its void entries, by its own type.
local function look()
  for _, level in ipairs(LEVELS) do
    local void = call('SCARD', GONE[level])
    left_waiting = left_waiting + math.max(call('LLEN', READY[level]) - void, 0)
    has_void[level] = void > 0
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

-- Wakes one idle worker.
local function wake()
  if woken == 0 then woken = call('RPUSH', WAKE, '1') end
end

-- The mark under which a job is pushed: none, unless a void entry of its name stands in the list.
local function mark_for(level, id)
  if has_void[level] == nil then has_void[level] = call('SCARD', GONE[level]) > 0 end
  if not has_void[level] or call('SISMEMBER', GONE[level], id) == 0 then return '-' end
  local marks = call('HGET', COUNTS, 'marks') or '0'
  marks = #marks < 16 and tonumber(marks:match('^%d+$')) or clock() -- damaged: surely unused ones
  call('HSET', COUNTS, 'marks', int(marks + 1))
  return '@' .. int(marks + 1)
end

-- The id in an entry; nil, and a line in the log of Redis, for what no release has put there.
local function id_in(name)
  local id = name:match('^(%w[%w_.-]*)@?%d*$')
  if not id then redis.log(redis.LOG_WARNING, 'jobsys: ' .. DATA .. ': an entry that is no job') end
  return id
end

local function entry(id, mark) return mark == '-' and id or id .. mark end

-- When a job is due: a number is a delay from now, a text an instant.
local function due_at(due, now) return type(due) == 'number' and int(now + due) or due end

-- The score of the next delayed job; '' when none will become due before the calendar ends.
local function next_due()
  local first = call('ZRANGE', DELAYED, 0, 0, 'WITHSCORES')
  local due = tonumber(first[2])
  return due and math.abs(due) < 253402300799999 and int(due) or ''
end
