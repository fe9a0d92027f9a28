#!lua flags=allow-oom
-- Forgets a schedule. ARGV: the queue's name, the schedule's. Returns 1, or 0 where there is none.
return forget(ARGV[1], ARGV[2])
