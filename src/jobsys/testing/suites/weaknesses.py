"""Promises of `Durable.weaknesses`."""

import re

from jobsys.ports.backend import Backend
from jobsys.ports.durability import Severity

ORDER = list(Severity)


class WeaknessesSuite:
    """What a backend says of its own store."""

    async def test_a_started_backend_says_how_accepted_jobs_may_be_lost_the_worst_first(
        self, backend: Backend
    ) -> None:
        found = await backend.weaknesses()
        ranks = [ORDER.index(one.severity) for one in found]
        assert ranks == sorted(ranks)
        assert all(one.message for one in found)

    async def test_each_weakness_has_a_code_of_its_own(self, backend: Backend) -> None:
        codes = [one.code for one in await backend.weaknesses()]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)+", code) for code in codes)

    async def test_asking_may_be_repeated_and_changes_nothing(self, backend: Backend) -> None:
        before = await backend.weaknesses()
        assert await backend.weaknesses() == before
        assert await backend.ports.inspector.counts() == {}
