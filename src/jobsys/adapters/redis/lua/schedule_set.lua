#!lua
-- Sets when a schedule fires next. ARGV: name, instant or '' for a pause. Returns 1, or 0 for none.
local name, at = ARGV[1], ARGV[2]
if call('HEXISTS', SCHEDULES, name) == 0 then return 0 end
set_next(name, at ~= '' and at)
return 1
