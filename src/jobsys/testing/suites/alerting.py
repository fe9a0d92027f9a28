"""What `AlertSink` promises."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, Protocol

import pytest

from jobsys.domain.alert import Alert, AlertSeverity
from jobsys.domain.dead_letter import Cause
from jobsys.domain.status import Reason
from jobsys.ports.alerts import AlertSink
from jobsys.testing.jobs import id_of
from jobsys.testing.virtual_clock import START

CAUSE: Final = Cause("emails", "greet", Reason.EXHAUSTED, "ValueError")
WICKED: Final = "Wicked\r\nBcc: x@evil.test =?utf-8?q?=0ABcc:_x?="


class AlertSinkUnderTest(Protocol):
    """A sink, and what has arrived where it leads."""

    @property
    @abstractmethod
    def sink(self) -> AlertSink:
        """The adapter that is tested."""

    @abstractmethod
    async def arrived(self) -> Sequence[str]:
        """Returns what people see of each alert, in the order of their sending."""


class AlertingSuite:
    """One test for each part of the sentence."""

    @pytest.mark.parametrize("severity", list(AlertSeverity))
    async def test_an_alert_is_handed_over_with_its_severity(
        self, told: AlertSinkUnderTest, severity: AlertSeverity
    ) -> None:
        await told.sink.send(alert(severity=severity))
        [seen] = await told.arrived()
        assert severity.value in seen.lower()

    async def test_an_alert_says_how_many_dead_letters_it_is_about(
        self, told: AlertSinkUnderTest
    ) -> None:
        await told.sink.send(alert(count=4711))
        [seen] = await told.arrived()
        assert "4711 dead letters: greet in emails (exhausted, ValueError)" in seen

    async def test_an_alert_says_its_text_and_names_the_last_job(
        self, told: AlertSinkUnderTest
    ) -> None:
        await told.sink.send(alert(text="the café is closed\nuntil further notice"))
        [seen] = await told.arrived()
        assert "the café is closed" in seen
        assert "until further notice" in seen
        assert id_of("job") in seen

    async def test_each_alert_arrives_also_two_of_one_moment(
        self, told: AlertSinkUnderTest
    ) -> None:
        for severity in AlertSeverity:
            await told.sink.send(alert(severity=severity))
        assert len(await told.arrived()) == len(AlertSeverity)

    async def test_no_name_of_an_error_keeps_an_alert_back(self, told: AlertSinkUnderTest) -> None:
        await told.sink.send(alert(cause=CAUSE._replace(error=WICKED)))
        [seen] = await told.arrived()
        assert "Wicked" in seen


def alert(
    text: str = "no luck",
    *,
    severity: AlertSeverity = AlertSeverity.HIGH,
    cause: Cause = CAUSE,
    count: int = 1,
) -> Alert:
    """Returns an alert of so many dead letters, of which `job` is the last."""
    return Alert(severity, text, cause, id_of("job"), START, count)
