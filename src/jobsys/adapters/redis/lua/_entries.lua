-- A job's entry in its ready list: its id, and a mark where a void entry of its name stands there.

-- The mark under which a job is pushed: none, unless a void entry of its name stands in the list.
local function mark_for(level, id)
  if void[level] == 0 or call('SISMEMBER', GONE[level], id) == 0 then return '-' end
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
