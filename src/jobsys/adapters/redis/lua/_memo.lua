-- A lane's last turn is remembered for a minute, so that a call whose reply was lost can be
-- repeated. TURN: three lines: number; indexes and refusals; leased ids and tokens.
local function remember(number, refused, leased)
  local lines = {number, table.concat(refused, ' '), table.concat(leased, ' ')}
  call('SET', TURN, table.concat(lines, '\n'), 'PX', 60000)
end

local function words(line)
  local found = {}
  for word in line:gmatch('%S+') do found[#found + 1] = word end
  return found
end

-- What a turn says of the queue besides its jobs; while it is paused, none waits.
local function summary(lease_end)
  return {policy.paused == '1' and '0' or int(left_waiting), next_due(), lease_end, policy.paused_types}
end

-- The answer to a ticket that is not new: its refusals, and its leases as far as they are still
-- held, renewed; nil for a new ticket. A ticket older than the last is answered with nothing.
local function repeated(number, lane, lease_end)
  local memo = call('GET', TURN)
  local last, refused, leased = (memo or ''):match('^(%d+)\n(.-)\n(.*)$')
  if not last or tonumber(number) > tonumber(last) then return nil end
  if tonumber(number) < tonumber(last) then return {{}, {}, {}} end
  local leases, leased_words = {}, words(leased)
  for i = 1, #leased_words, 2 do
    local id = leased_words[i]
    local state = call('HGET', STATE, id)
    local status, token, holder = parse(state or '')
    if (status == 'P' or status == 'X') and token == leased_words[i + 1] and holder == lane then
      call('ZADD', LEASED, lease_end, id)
      leases[#leases + 1], leases[#leases + 2] = id, call('HGET', DATA, id)
      leases[#leases + 1] = state
    end
  end
  return {summary(lease_end), words(refused), leases}
end
