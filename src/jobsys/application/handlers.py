"""Who carries out which job class."""

from collections.abc import Callable, Collection
from typing import Protocol, TypeVar, cast

from jobsys.application.onion import Execute, onion
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import ConfigurationError, UnknownJobType
from jobsys.domain.factory import JobFactory
from jobsys.ports.job_handler import JobContext, JobHandler
from jobsys.ports.middleware import Middleware

J = TypeVar("J", bound=BaseJob)
J_contra = TypeVar("J_contra", bound=BaseJob, contravariant=True)
Route = tuple[type[BaseJob], Callable[[], Execute]]
"""A job class, and what returns its handler."""

F = TypeVar("F", bound=Callable[..., object])


class HandlerFunction(Protocol[J_contra]):
    """A plain function that carries out jobs: `async def`, or `def`, which runs in a thread."""

    def __call__(self, job: J_contra, context: JobContext, /) -> object:
        """Does the work; see `JobHandler.execute`."""
        ...


class HandlerRegistry:
    """The handlers of one application; registering one makes its job type known as well."""

    def __init__(self, factory: JobFactory) -> None:
        self.factory = factory
        self._bound: dict[type[BaseJob], Callable[[], Execute]] = {}
        self._wrapped: dict[type[BaseJob], Callable[[], Execute]] = {}
        self._routes: dict[str, Route] = {}
        self._middlewares: list[Middleware] = []

    def register(self, job_class: type[J], provider: Callable[[], JobHandler[J]]) -> None:
        """Lets the handlers that `provider` returns, one per attempt, carry out this class.

        A handler class whose constructor needs nothing is a provider itself.

        Raises:
            ConfigurationError: the class has a handler already, its type name is taken, or one of
                the two is not what it should be.
        """
        if not callable(provider):
            raise ConfigurationError(
                f"{provider!r:.80} is no provider of handlers: register the handler's class, or"
                " something callable that returns a handler"
            )
        self._bind(job_class, lambda: cast("Execute", provider().execute))

    def handles(self, job_class: type[J]) -> Callable[[HandlerFunction[J]], HandlerFunction[J]]:
        """Decorates the function that carries out jobs of this class.

        Raises:
            ConfigurationError: this is no job class; the decorator raises as `register` does.
        """
        _check_class(job_class)

        def bind(function: HandlerFunction[J]) -> HandlerFunction[J]:
            self._bind(job_class, lambda: cast("Execute", function))
            return function

        return bind

    def use(self, middleware: Middleware) -> Middleware:
        """Puts a middleware around every handler, inside those that were named before it.

        Raises:
            ConfigurationError: jobs run already.
        """
        if self._wrapped:
            raise ConfigurationError("name every middleware before the start: jobs run already")
        self._middlewares.append(middleware)
        return middleware

    def provider_of(self, job_class: type[BaseJob]) -> Callable[[], Execute]:
        """Returns what, called once for each attempt, returns what carries out this class.

        Raises:
            UnknownJobType: the class has no handler here.

        """
        try:
            return self._wrapped[job_class]
        except KeyError:
            return self._wrap(job_class)

    def route(self, header: Header) -> Route:
        """Returns the class of a stored job, and what returns its handler for an attempt.

        Raises:
            UnknownJobType: its type or its version is not known here, or has no handler.
        """
        known = self._routes.get(header.type)
        if known is None or header.version > known[0].version:
            job_class = self.factory.class_for(header)
            known = self._routes[header.type] = job_class, self.provider_of(job_class)
        return known

    def queues(self) -> Collection[str]:
        """Returns the queues in which the handled classes wait by default, sorted."""
        return sorted({job_class.queue for job_class in self._bound})

    def _bind(self, job_class: type[BaseJob], provide: Callable[[], Execute]) -> None:
        _check_class(job_class)
        self.factory.register(job_class)
        if job_class in self._bound:
            raise ConfigurationError(f"{job_class.__name__} has a handler already")
        self._bound[job_class] = provide

    def _wrap(self, job_class: type[BaseJob]) -> Callable[[], Execute]:
        provide = self._bound.get(job_class)
        if provide is None:
            raise UnknownJobType(f"no handler for {job_class.job_type!r} runs here")
        if self._middlewares:
            execute = onion(self._middlewares, provide, job_class)
            self._wrapped[job_class] = lambda: execute
        else:
            self._wrapped[job_class] = provide
        return self._wrapped[job_class]


def _check_class(given: object) -> None:
    if not (isinstance(given, type) and issubclass(given, BaseJob)):
        raise ConfigurationError(
            f"{given!r:.80} is no job class: give a subclass of BaseJob, as in @handles(MyJob)"
        )
