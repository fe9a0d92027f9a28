"""Promises of `DurableComponent.incarnation`."""

from jobsys.ports.backend import Backend
from jobsys.testing.jobs import job


class IncarnationSuite:
    """How a backend names the run of its store."""

    async def test_while_nothing_was_lost_the_run_keeps_its_name(self, backend: Backend) -> None:
        run = await backend.incarnation()
        assert run
        await backend.ports.queue.enqueue([job("one")])
        assert await backend.incarnation() == run
