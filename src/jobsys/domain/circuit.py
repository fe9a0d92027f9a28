"""The dependency that jobs of some types share, and when they leave it in peace."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from jobsys.domain.duration import Duration
from jobsys.domain.names import checked_name
from jobsys.domain.retry import ErrorName, names_of
from jobsys.domain.value import value
from jobsys.domain.wrong_values import speaking

FAILURES: Final = 10
RECOVER_AFTER: Final = timedelta(seconds=120)
LONGEST_RECOVERY: Final = timedelta(days=1)

FailureCount = Annotated[int, Field(ge=1, le=1_000_000)]
Recovery = Annotated[Duration, Field(ge=timedelta(milliseconds=10), le=LONGEST_RECOVERY)]
Name = Annotated[str, AfterValidator(lambda text: checked_name("circuit", text) if text else text)]


@value
class CircuitRule:
    """What holds for a circuit once its class and the settings have had their say."""

    name: str
    failures: int = FAILURES
    recover_after: timedelta = RECOVER_AFTER
    probes: int = 1


@speaking
@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Circuit:
    """Opens after so many `failures` in a row, and lets `probes` jobs try again after a while.

    Types whose circuits have one name share it, and should have one `Circuit` object; without a
    name it is called as the type that has it. `failures` and `recover_after` that are not said are
    those of the settings. An exception counts as a failure if its class, or one that it inherits
    from, is named in `counts_on` (none named: all are) and not in `ignores`.

    >>> Circuit("smtp", failures=5, recover_after="30s").recover_after
    datetime.timedelta(seconds=30)
    """

    name: Name = ""
    failures: FailureCount | None = None
    recover_after: Recovery | None = None
    probes: Annotated[int, Field(ge=1, le=1000)] = 1
    counts_on: tuple[ErrorName, ...] = ()
    ignores: tuple[ErrorName, ...] = ()

    def named(self, job_type: str) -> "Circuit":
        """Returns the circuit with a name: its own, else that of the type."""
        return self if self.name else replace(self, name=job_type)

    def rule(self, defaults: CircuitRule) -> CircuitRule:
        """Returns what holds, where `defaults` say what the class does not."""
        return CircuitRule(
            self.name,
            self.failures or defaults.failures,
            self.recover_after or defaults.recover_after,
            self.probes,
        )

    def counts(self, error: BaseException) -> bool:
        """Says whether an exception tells that the dependency fails.

        >>> Circuit("smtp", ignores=(LookupError,)).counts(KeyError("no such account"))
        False
        """
        names = set(names_of(error))
        if not names.isdisjoint(self.ignores):
            return False
        return not self.counts_on or not names.isdisjoint(self.counts_on)
