#!lua flags=no-writes
-- Says how many jobs of a queue are claimed before a ready one. ARGV: id, level. Returns -1 where the
-- job does not stand there.
local id, level = ARGV[1], ARGV[2]
local _, _, mark = parse(call('HGET', STATE, id) or 'Q 0 - 0 ')
local at = call('LPOS', READY[level], entry(id, mark))
if not at then return -1 end

-- How many of the first entries of a list are void.
local function void_among(first)
  local found = 0
  for begin = 0, first - 1, 1000 do
    if void[level] == 0 or found == void[level] then return found end
    local names = call('LRANGE', READY[level], begin, math.min(begin + 999, first - 1))
    for _, is_void in ipairs(call('SMISMEMBER', GONE[level], unpack(names))) do found = found + is_void end
  end
  return found
end

for _, name in ipairs(LEVELS) do
  look_at(name)
  if name == level then return at - void_among(at) end
  at = at + math.max(length[name] - void[name], 0)
end
