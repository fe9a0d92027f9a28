-- Returns a job's error history with one more line, of which the last ten are kept.
local function with_error(history, line)
  local lines = {}
  for known in ((history or '') .. '\n'):gmatch('([^\n]+)\n') do lines[#lines + 1] = known end
  lines[#lines + 1] = line
  return table.concat(lines, '\n', math.max(1, #lines - 9))
end
