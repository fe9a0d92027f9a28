"""The example of a use case, and how a host tests one: another backend, another mailer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.use_case.host import HostContainer
from examples.use_case.sign_up import SendWelcome
from jobsys import JobsysContainer, Settings
from jobsys.testing.job_kit import JobKit
from tests.support.examples import Shell


class Outbox:
    """The mailer of these tests."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, to: str, text: str) -> None:
        self.sent.append(to)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def host(outbox: Outbox) -> Iterator[HostContainer]:
    host = HostContainer(Settings(backend="memory://"))
    with host.welcome_mailer.override(outbox):
        yield host


@pytest.fixture
def jobsys_container(host: HostContainer) -> JobsysContainer:
    return host


async def test_the_use_case_welcomes_a_new_user(host: HostContainer, outbox: Outbox) -> None:
    async with host.lifecycle():
        job_id = await host.sign_up().run("ada@example.org")
        await host.job_service().wait(job_id, timeout="10s")
    assert outbox.sent == ["ada@example.org"]


async def test_who_signs_up_twice_is_welcomed_once(
    host: HostContainer, outbox: Outbox, jobs: JobKit
) -> None:
    for _ in range(2):
        await host.sign_up().run("ada@example.org")
    jobs.assert_submitted(SendWelcome, to="ada@example.org", count=1)
    await jobs.drain()
    assert outbox.sent == ["ada@example.org"]


def test_the_host_runs_with_its_own_adapters(tmp_path: Path) -> None:
    told = Shell(tmp_path).run("python", "-m", "examples.use_case")
    assert "to ada@example.org: Welcome!" in told
    assert (tmp_path / "jobs.db").exists()
