"""Registering handlers: what is none is refused at once, not when the first job comes."""

from collections.abc import Callable
from typing import cast

import pytest

from jobsys.domain.errors import ConfigurationError
from jobsys.ports.job_handler import JobContext, JobHandler
from tests.support.bench import Bench, Greet

Provider = Callable[[], JobHandler[Greet]]


class Handler:
    async def execute(self, job: Greet, context: JobContext) -> None: ...


@pytest.mark.parametrize("given", [None, Handler(), "Handler"])
def test_what_is_no_provider_of_handlers_is_refused(bench: Bench, given: object) -> None:
    with pytest.raises(ConfigurationError, match="no provider of handlers: register the handler's"):
        bench.handlers.register(Greet, cast("Provider", given))
    assert list(bench.handlers.queues()) == []


@pytest.mark.parametrize("given", [None, Greet(), Handler])
def test_what_is_no_job_class_gets_no_handler(bench: Bench, given: object) -> None:
    with pytest.raises(ConfigurationError, match="no job class: give a subclass of BaseJob"):
        bench.handlers.register(cast("type[Greet]", given), Handler)


def test_a_decorator_without_its_job_class_is_refused(bench: Bench) -> None:
    async def handler(job: Greet, context: JobContext) -> None: ...

    with pytest.raises(ConfigurationError, match=r"as in @handles\(MyJob\)"):
        bench.handlers.handles(cast("type[Greet]", handler))
