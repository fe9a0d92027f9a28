-- How a job's state and times are written, and what several scripts do with them.
-- A job's state: "<status> <token> <holder> <since> <tail>". The holder is the lane of a leased or
-- ended job, the due time of a delayed one, the mark of a queued one's list entry; "-" for none.
-- The tail: "<attempts> <crashes> <alone> <level> <started> <held> <reason> <percent> <message>".
-- A job without state is queued and fresh. Times are milliseconds.
local call = redis.call
local texts = {}

-- A whole number as text: many jobs of one call have the same.
local function int(n)
  texts[n] = texts[n] or string.format('%.0f', n)
  return texts[n]
end

local function fresh(level) return '0 0 0 ' .. level .. ' 0 0 - 0 ' end

-- status, token, holder, since, tail
local function parse(state) return state:match('^(%a) (%d+) (%S+) (%d+) (.*)$') end

local function level_of(tail) return tail:match('^%d+ %d+ %d (%a+)') end

-- When a job is due: a number is a delay from now, a text an instant.
local function due_at(due, now) return type(due) == 'number' and int(now + due) or due end

-- The lowest score of a sorted set of instants; '' when it is none of this calendar.
local function first_in(place)
  local first = call('ZRANGE', place, 0, 0, 'WITHSCORES')
  local at = tonumber(first[2])
  return at and math.abs(at) < 253402300799999 and int(at) or ''
end

-- When the next delayed job is due.
local function next_due() return first_in(DELAYED) end
