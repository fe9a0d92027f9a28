#!lua flags=no-writes
-- Says how many jobs of a queue are claimed before a ready one. ARGV: id, level, and how many are counted
-- at most: a place is looked for while Redis does nothing else. Returns -1 where it does not stand there.
local id, level, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local status, _, mark = parse(call('HGET', STATE, id) or 'Q 0 - 0 ')
if status ~= 'Q' or call('HEXISTS', DATA, id) == 0 then return -1 end
local before = 0
for _, name in ipairs(LEVELS) do
  look_at(name)
  if name == level then break end
  before = before + math.max(length[name] - void[name], 0)
end
if before >= most then return most end
local at = call('LPOS', READY[level], entry(id, mark), 'MAXLEN', most)
if not at then return most end
for begin = 0, void[level] > 0 and at - 1 or -1, 1000 do
  local names = call('LRANGE', READY[level], begin, math.min(begin + 999, at - 1))
  for _, is_void in ipairs(call('SMISMEMBER', GONE[level], unpack(names))) do before = before - is_void end
end
return math.min(before + at, most)
