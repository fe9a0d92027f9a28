"""Bugs to be planted in a copy of the package, the same five in each adapter."""

from tests.support.copies import Bug

FOUND_BY = {
    "no token check": "stale_token_is_refused",
    "promote keeps the source": "tick_promotes_nothing_else",
    "release spends an attempt": "end_of_a_lease_leads_where_the_table_says and released",
    "cancel forgets the list": "cancelled_while_it_waits",
    "find ignores order": "ready_jobs_come_in_the_order or equally_long_come_with_the_newest_first",
}
"""Which of the conformance tests, as words of their names, find each bug in every adapter."""


class AdapterBug(Bug):
    """A change of one place in one file of an adapter."""

    @property
    def backend(self) -> str:
        return self.file.partition("/")[0]


BUGS = [
    AdapterBug(
        "no token check",
        "memory/settle.py",
        "or not holds(job.standing, held.token, held.lane)\n",
        "or not holds(job.standing, job.standing.token, held.lane)\n",
    ),
    AdapterBug(
        "promote keeps the source",
        "memory/upkeep.py",
        "        queue.place(key, after, now)\n",
        "        queue.place(key, after, now)\n        queue.delayed.put(key, now)\n",
    ),
    AdapterBug(
        "release spends an attempt",
        "memory/settle.py",
        "    until = transition.stays_until(now)\n",
        "    after = replace(after, attempts=after.attempts + transition.at_head)\n"
        "    until = transition.stays_until(now)\n",
    ),
    AdapterBug(
        "cancel forgets the list",
        "memory/stored_queue.py",
        "        self._take_out(key, job.standing)\n        job.standing = after\n",
        "        if after.status is not JobStatus.CANCELLED:\n"
        "            self._take_out(key, job.standing)\n"
        "        job.standing = after\n",
    ),
    AdapterBug(
        "find ignores order",
        "memory/stored_queue.py",
        "yield from self.head(len(self.jobs))",
        "yield from sorted(self.head(len(self.jobs)))",
    ),
    AdapterBug(
        "no token check",
        "sqlite/settle.py",
        "(token, lane, since) != held",
        "(lane, since) != held[1:]",
    ),
    AdapterBug(
        "promote keeps the source",
        "sqlite/upkeep.py",
        "due.append((READY_PLACE, score,",
        "due.append((DELAYED_PLACE, score,",
    ),
    AdapterBug(
        "release spends an attempt",
        "sqlite/settle.py",
        "    until = t.stays_until(transaction.now)\n",
        "    t.after.attempts += t.at_head\n    until = t.stays_until(transaction.now)\n",
    ),
    AdapterBug(
        "cancel forgets the list",
        "sqlite/moves.py",
        "    place(transaction, [job], placement(after, score, due, result))\n",
        "    common = placement(after, score, due, result)\n"
        "    if before.status in READY and after.status is JobStatus.CANCELLED:\n"
        "        common = ('ready', *common[1:])\n"
        "    place(transaction, [job], common)\n",
    ),
    AdapterBug(
        "find ignores order",
        "sqlite/find.py",
        "> (:score, :key) ORDER BY score, key LIMIT",
        "> (:score, :key) ORDER BY key LIMIT",
    ),
    AdapterBug(
        "no token check",
        "redis/lua/_compare.lua",
        "local state, wanted = states[i] or '', ways[job[2]][1]\n",
        "local state, wanted = ((states[i] or ''):gsub(' %d+', '', 1)), (ways[job[2]][1]:gsub(' %d+', '', 1))\n",
    ),
    AdapterBug(
        "promote keeps the source",
        "redis/lua/tick.lua",
        "  call('ZREM', DELAYED, unpack(ids))\n",
        "",
    ),
    AdapterBug(
        "release spends an attempt",
        "redis/lua/_goals.lua",
        "    goal.level = level_of(tail)\n",
        "    goal.level = level_of(tail)\n"
        "    goal.tail = tail:gsub('^%d+', function(attempts) return int(attempts + 1) end)\n",
    ),
    AdapterBug(
        "cancel forgets the list",
        "redis/lua/move.lua",
        "  take_out(id, status, holder, parts[2])\n",
        "  if target ~= 'D' then take_out(id, status, holder, parts[2]) end\n",
    ),
    AdapterBug(
        "find ignores order",
        "redis/places.py",
        'members = cast("list[bytes]", found)',
        'members = sorted(cast("list[bytes]", found))',
    ),
]
