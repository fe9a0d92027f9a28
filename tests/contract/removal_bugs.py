"""Bugs to be planted in a copy of the package: each promise of `Removal` is broken in each adapter."""

from tests.contract.planted_bugs import AdapterBug

FOUND_BY = {
    "time does not count": "retention_is_over",
    "dead letters stay": "retention_is_over",
    "number does not count": "beyond_the_number",
    "last goes first": "beyond_the_number",
    "as many as there are": "beyond_the_number",
    "dead letters are counted": "not_counted_among",
    "whatever stands there goes": "replayed_since",
    "only the status is compared": "ended_again",
    "an open job goes": "has_not_ended",
    "a tick removes all the same": "keeps_all",
}
"""Which of the conformance tests, as words of its name, finds each bug in every adapter."""

_MEMORY, _SQLITE, _REDIS = "memory/removal.py", "sqlite/removal.py", "redis/lua/"
_OVER, _REMOVE = f"{_REDIS}over.lua", f"{_REDIS}remove.lua"

PLACES = {
    "time does not count": (
        (_MEMORY, "by_time = queue.done.up_to(now, limit)", "by_time = list[str]()"),
        (_SQLITE, "(queue, DONE_PLACE, now, limit)", "(queue, DONE_PLACE, 0, limit)"),
        (_OVER, "call('ZCOUNT', ENDED.C, '-inf', now)", "0"),
    ),
    "dead letters stay": (
        (_MEMORY, ", *queue.dead.up_to(now, limit)]", "]"),
        (_SQLITE, ", *dead]", "]"),
        (_OVER, "  found[#found + 1] = id\n", ""),
    ),
    "number does not count": (
        (_MEMORY, "len(queue.done) - self._keep_last", "0"),
        (_SQLITE, "snapshot.number_in(queue, *DONE) - self._keep_last", "0"),
        (_OVER, "call('ZCARD', ENDED.C) - keep_last", "0"),
    ),
    "last goes first": (
        (_MEMORY, "queue.done.in_order()[:", "queue.done.in_order()[::-1][:"),
        (_SQLITE, "place = ? ORDER BY score, key", "place = ? ORDER BY score DESC, key"),
        (_OVER, "'ZRANGE', ENDED.C", "'ZREVRANGE', ENDED.C"),
    ),
    "as many as there are": (
        (_MEMORY, "key=len)[:limit]", "key=len)"),
        (_SQLITE, "self._keep_last, limit)", "self._keep_last, 1_000_000)"),
        (_OVER, "keep_last), limit)", "keep_last), 1000000)"),
    ),
    "dead letters are counted": (
        (
            _MEMORY,
            "len(queue.done) - self._keep_last",
            "len(queue.done) + len(queue.dead) - self._keep_last",
        ),
        (_SQLITE, "number_in(queue, *DONE)", "number_in(queue, *type(next(iter(DONE))))"),
        (_OVER, "call('ZCARD', ENDED.C) -", "call('ZCARD', ENDED.C) + call('ZCARD', ENDED.F) -"),
    ),
    "whatever stands there goes": (
        (_MEMORY, "        if is_same:\n", "        if is_same or True:\n"),
        (
            _SQLITE,
            "AND status = ? AND token = ? AND changed_ms = ?",
            "AND status >= substr(?, 1, 0) AND token >= 0 * ? AND changed_ms >= 0 * ?",
        ),
        (
            _REMOVE,
            "if status == ARGV[seen + 2] and token == ARGV[seen + 3] and since == ARGV[seen + 4] then",
            "if status then",
        ),
    ),
    "only the status is compared": (
        (
            _MEMORY,
            "            seen.token,\n            seen.changed_at,\n",
            "            now.token,\n            now.changed_at,\n",
        ),
        (
            _SQLITE,
            "AND token = ? AND changed_ms = ?",
            "AND token >= 0 * ? AND changed_ms >= 0 * ?",
        ),
        (_REMOVE, " and token == ARGV[seen + 3] and since == ARGV[seen + 4]", ""),
    ),
    "an open job goes": (
        (_MEMORY, " or not seen.status.is_final", ""),
        (_SQLITE, "if record.status.is_final", "if record.status"),
        ("redis/removal.py", "if record.status.is_final", "if record.status"),
    ),
    "a tick removes all the same": (
        (
            "memory/upkeep.py",
            "    if keep_last is not None:\n",
            "    keep_last = keep_last or 5\n    if keep_last:\n",
        ),
        (
            "sqlite/upkeep.py",
            "    if keep_last is None:\n        return 0\n",
            "    keep_last = keep_last or 5\n",
        ),
        (
            f"{_REDIS}tick.lua",
            "ipairs(keep_last >= 0 and {ENDED.C, ENDED.F} or {})",
            "ipairs({ENDED.C, ENDED.F})",
        ),
    ),
}

BUGS = [AdapterBug(name, *place) for name, places in PLACES.items() for place in places]
