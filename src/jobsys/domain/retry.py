"""Whether a failed attempt is followed by another, and when."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from jobsys.domain.attempt_error import ToldError
from jobsys.domain.duration import Duration
from jobsys.domain.verdict import LONGEST_WAIT, Discard, FailNow, Snooze, Verdict
from jobsys.domain.wrong_values import speaking

Wait = Annotated[Duration, Field(ge=timedelta(0), le=LONGEST_WAIT)]


def _name_of(given: object) -> object:
    """Returns how a class of exceptions is written down; a text stays as it is."""
    kind = given  # or the type of what is returned below would be half known
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return next(_names_of(kind))
    return given


def names_of(error: BaseException) -> Iterator[str]:
    """Yields the names of an exception's class and of those that it inherits from, nearest first."""
    if isinstance(error, ToldError):
        yield from error.names
        return
    for kind in type(error).__mro__[:-1]:  # the last is object
        yield from _names_of(kind)


def _names_of(error: type[BaseException]) -> Iterator[str]:
    """Yields what a class may be called, its full name first."""
    if error.__module__ != "builtins":
        yield f"{error.__module__}.{error.__qualname__}"
    yield error.__qualname__


ErrorName: TypeAlias = Annotated[str | type[BaseException], BeforeValidator(_name_of)]
"""A class of exceptions, or its name with or without its module; always the name once checked."""


@speaking
class RetryPolicy(BaseModel, frozen=True, extra="forbid"):
    """Exponential backoff with a cap: the n-th retry waits `base * factor ** (n - 1)`.

    `jitter="full"` draws the wait evenly between nought and that value, so that jobs that failed
    together do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter").
    `delays` is a curve of your own in the place of `base` and `factor`: the n-th retry waits as its
    n-th says, and those behind the last as the last.

    An exception whose class, or one that it inherits from, is named in `fail_on`, `discard_on` or
    `snooze_on` ends the job at once, or lets it wait without an attempt spent; the nearest counts.
    """

    max_attempts: int = Field(
        default=3, ge=1, le=1000, description="How often a job is tried, the first time included."
    )
    base: Wait = Field(
        default=timedelta(seconds=2), description="How long the first retry waits at most."
    )
    factor: float = Field(
        default=2.0, ge=1, le=100, description="How much longer each further retry waits."
    )
    cap: Wait = Field(default=timedelta(minutes=5), description="How long any retry waits at most.")
    jitter: Literal["full", "none"] = Field(
        default="full",
        description="`full` draws each wait between nought and that; `none` does not.",
    )
    delays: tuple[Wait, ...] = Field(
        default=(), description="How long the retries wait, one after the other, at most."
    )
    fail_on: tuple[ErrorName, ...] = Field(
        default=(), description="Exceptions that make a dead letter at once."
    )
    discard_on: tuple[ErrorName, ...] = Field(
        default=(), description="Exceptions that cancel the job: there is nothing left to do."
    )
    snooze_on: Mapping[ErrorName, Wait] = Field(
        default={}, description="Exceptions that let the job wait, and for how long."
    )

    @model_validator(mode="after")
    def _check(self) -> "RetryPolicy":
        named = [*self.fail_on, *self.discard_on, *self.snooze_on]
        twice = sorted(str(name) for name in set(named) if named.count(name) > 1)
        if twice:
            raise ValueError(f"{twice[0]} is named twice: an exception means one thing")
        return self

    def __hash__(self) -> int:
        """Hashes it by its texts and numbers: submits look up by policy what they have in common."""
        return hash((self.max_attempts, self.base, self.delays, self.fail_on, self.discard_on))

    def verdict_on(self, error: BaseException) -> Verdict | None:
        """Returns what an exception means for its job; None: a failed attempt like any other.

        >>> RetryPolicy(fail_on=(LookupError,)).verdict_on(KeyError("no such account"))
        FailNow()
        """
        if isinstance(error, Verdict):
            return error
        for name in names_of(error):
            if name in self.fail_on:
                return FailNow()
            if name in self.discard_on:
                return Discard()
            if name in self.snooze_on:
                return Snooze(self.snooze_on[name])
        return None

    def delay_after(self, failed_attempts: int, draw: float) -> timedelta | None:
        """Returns how long the job rests after so many failures; None when no attempt is left.

        `draw` is the caller's random number in [0, 1), which only full jitter looks at.

        >>> policy = RetryPolicy(max_attempts=4, jitter="none")
        >>> [policy.delay_after(n, 0.5).total_seconds() for n in (1, 2, 3)]
        [2.0, 4.0, 8.0]
        >>> policy.delay_after(4, 0.5) is None
        True
        """
        if failed_attempts >= self.max_attempts:
            return None
        wait = self._longest_wait(failed_attempts)
        return timedelta(seconds=wait * draw if self.jitter == "full" else wait)

    def _longest_wait(self, failed_attempts: int) -> float:
        if self.delays:
            return self.delays[min(failed_attempts, len(self.delays)) - 1].total_seconds()
        exponent = min(failed_attempts - 1, 64)
        return min(self.base.total_seconds() * self.factor**exponent, self.cap.total_seconds())
