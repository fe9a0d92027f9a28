"""No verb shows a secret: neither in tables nor as JSON."""

import pytest

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings
from tests.integration.cli.conftest import Cli, Here

CANARY = "canary-3141592653"


class Pay(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    card_number: str
    note: str


@pytest.fixture
async def dead(cli: Cli) -> str:
    """A dead letter with a secret wherever one may be."""
    container = JobsysContainer(Settings(backend=cli.backend))

    @container.handles(Pay)
    async def pay(job: Pay, context: JobContext) -> None:
        context.log.warning("refused, token=%s", CANARY)
        raise ValueError(f"redis://ada:{CANARY}@host refused: password={CANARY}")

    async with container.lifecycle():
        jobs = container.job_service()
        job_id = await jobs.submit(Pay(card_number=CANARY, note=f"api_key: {CANARY}"))
        await jobs.wait(job_id, timeout="20s")
    return job_id


def test_no_verb_shows_a_secret(here: Here, dead: str) -> None:
    for verb in (
        ("get", dead), ("list",), ("dlq", "list"), ("dlq", "show", dead), ("dlq", "summary"),
        ("log", dead),
    ):  # fmt: skip
        for form in ((), ("--json",)):
            shown = here(*verb, *form)
            assert CANARY not in shown, (verb, form)
    assert "***" in here("dlq", "show", dead)
