"""What a start does about a store that may lose jobs."""

import logging
from collections.abc import Sequence

import pytest

from jobsys import ConfigurationError, JobsysContainer, Settings
from jobsys.application.durability import DurabilityCheck
from jobsys.ports.durability import Durable, Severity, Weakness


class Store(Durable):
    def __init__(self, *severities: Severity) -> None:
        self._found = [Weakness(f"TEST_{one.name}", one, f"{one} thing") for one in severities]

    async def weaknesses(self) -> Sequence[Weakness]:
        return self._found


async def test_each_weakness_is_logged_as_it_weighs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await DurabilityCheck(Store(*Severity), strict=False).start()
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("CRITICAL", "TEST_CRITICAL: critical thing"),
        ("WARNING", "TEST_WARNING: warning thing"),
        ("INFO", "TEST_INFO: info thing"),
    ]


@pytest.mark.parametrize("severity", Severity)
async def test_a_strict_check_refuses_a_store_with_any_weakness(severity: Severity) -> None:
    told = rf"strict_durability.*{severity} thing \(TEST_{severity.name}\)"
    with pytest.raises(ConfigurationError, match=told):
        await DurabilityCheck(Store(severity), strict=True).start()


async def test_a_strict_check_lets_a_sound_store_pass(caplog: pytest.LogCaptureFixture) -> None:
    await DurabilityCheck(Store(), strict=True).start()
    assert not caplog.records


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_strict_application_does_not_start_on_a_store_that_loses_jobs(
    enabled: bool,
) -> None:
    settings = Settings(backend="memory://", strict_durability=True, worker={"enabled": enabled})
    container = JobsysContainer(settings)
    with pytest.raises(ConfigurationError, match="MEMORY_ONLY"):
        await container.lifecycle().start()
