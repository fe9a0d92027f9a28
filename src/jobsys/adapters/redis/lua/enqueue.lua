#!lua
-- Stores jobs; one whose id exists is left as it is.
-- ARGV: the queue's name; the levels of the jobs; JSON, for each job [id, level, due, size, claim], due
--       as in due_at or false for a blocked job, claim as in _unique.lua where it must be unique; their
--       envelopes, one behind the other, each of so many bytes.
-- Returns, for each job, 1 (created), 0 (exists), 2 (the queue is full), 3 (it is closed), or the id of
-- the job that keeps it out.
-- A foreign value raises before anything is written: where it is read, and QUEUES as the first written.
woken = call('LLEN', WAKE)
call('HLEN', COUNTS)
read_policy()
if UNIQUE then call('HLEN', UNIQUE) call('ZCARD', HOLDS) end
local now, jobs = clock(), cjson.decode(ARGV[3])
local ids, receipts, seen, read = {}, {}, {}, 0
for i, job in ipairs(jobs) do
  look_at(job[2])
  ids[i] = job[1]
end
local room = room_left()
local known, standing = call('HMGET', DATA, unpack(ids)), call('HMGET', STATE, unpack(ids))
for i, job in ipairs(jobs) do
  receipts[i] = (known[i] or standing[i] or seen[job[1]]) and 0 or room <= 0 and refusal()
    or job[5] and kept_out_by(job[1], job[5], now) or 1
  if receipts[i] == 1 then
    room = room - 1
    if job[5] then hold(job[1], job[5], now) end
    local envelope = ARGV[4]:sub(read + 1, read + job[4])
    take_in(job[1], job[2], job[3] and due_at(job[3], now), envelope, now)
    seen[job[1]] = true
  end
  read = read + job[4]
end
store_taken(ARGV[1])
store_holds(now)
return receipts
