-- ARGV: 1 to mend, 0 to look; JSON [what, ...] as the script's functions of that name take it.
local holds, mend = {}, {}

-- Returns 1 where it still is as it was seen, else 0.
local function looked()
  local what, first, second = unpack(cjson.decode(ARGV[2]))
  if not holds[what](first, second) then return 0 end
  if ARGV[1] == '1' then mend[what](first, second) end
  return 1
end
