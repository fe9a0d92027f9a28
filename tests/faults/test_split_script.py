"""Deaths at every request find a call that is not one script any more."""

from pathlib import Path

import pytest

from tests.support.copies import Bug, copied, failures

SPLIT = [
    Bug(
        "the first script stores",
        "redis/lua/_arrive.lua",
        "  for level, entries in pairs(pushed) do call('RPUSH', READY[level], unpack(entries)) end\n",
        "",
    ),
    Bug(
        "and another call puts into the list",
        "redis/job_queue.py",
        "        raise_first(created, self._store.address)\n        return answers_of(",
        "        raise_first(created, self._store.address)\n"
        "        for one, new in zip(submissions, created, strict=True):\n"
        "            if new and one.due is None:\n"
        "                ready = self._keys.ready(one.job_id.queue, one.priority)\n"
        "                with translated(self._store.address):\n"
        "                    await self._store.client.rpush(ready, one.job_id.key)\n"
        "        return answers_of(",
    ),
]
DEATHS = "tests/faults/test_every_death.py"


@pytest.mark.redis
def test_a_submit_of_two_scripts_does_what_it_shall_as_long_as_nobody_dies(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    for part in SPLIT:
        part.plant(copy / "adapters")
    enqueues = (
        "tests/contract/test_job_queue.py",
        "-k",
        "TestRedis and stores",
    )
    assert failures(copy, *enqueues) == []


@pytest.mark.redis
def test_a_death_between_two_scripts_of_a_submit_is_found(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    for part in SPLIT:
        part.plant(copy / "adapters")
    assert failures(copy, DEATHS, "-k", "redis") == ["test_a_death_at_every_request_to_redis"]
