"""Who carries out which job class."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeVar, cast

from jobsys.application.calling import Execute
from jobsys.application.isolation import Isolation
from jobsys.application.once import Once
from jobsys.application.onion import onion
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import Header
from jobsys.domain.errors import ConfigurationError, UnknownJobType
from jobsys.domain.factory import JobFactory
from jobsys.domain.value import value
from jobsys.ports.job_handler import JobContext, JobHandler
from jobsys.ports.middleware import Middleware

J = TypeVar("J", bound=BaseJob)
J_contra = TypeVar("J_contra", bound=BaseJob, contravariant=True)
T = TypeVar("T")
Route = tuple[type[BaseJob], Callable[[], Execute]]
"""A job class, and what returns its handler."""


class HandlerFunction(Protocol[J_contra]):
    """A plain function that carries out jobs: `async def`, or `def`, which runs in a thread."""

    def __call__(self, job: J_contra, context: JobContext, /) -> object:
        """Does the work; see `JobHandler.execute`."""
        ...


@value
class Registered:
    """What was given for a class: what provides its handlers, or the handler itself."""

    thing: Callable[..., object]
    is_provider: bool


class HandlerRegistry:
    """The handlers of one application; registering one makes its job type known as well."""

    def __init__(self, factory: JobFactory, isolation: Isolation | None = None) -> None:
        self.factory = factory
        self.process_starts: list[Callable[[], object]] = []
        self._isolation = isolation
        self._bound: dict[type[BaseJob], Callable[[], Execute]] = {}
        self._given: dict[type[BaseJob], Registered] = {}
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
        self._bind(
            job_class, lambda: cast("Execute", provider().execute), Registered(provider, True)
        )

    def handles(self, job_class: type[J]) -> Callable[[HandlerFunction[J]], HandlerFunction[J]]:
        """Decorates the function that carries out jobs of this class.

        Raises:
            ConfigurationError: this is no job class; the decorator raises as `register` does.
        """
        _check_class(job_class)

        def bind(function: HandlerFunction[J]) -> HandlerFunction[J]:
            self._bind(job_class, lambda: cast("Execute", function), Registered(function, False))
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

    def on_process_start(self, make: Callable[[], T]) -> Once[T]:
        """Decorates what each child process calls once, before its first job.

        From then on a call of it returns what it returned there; elsewhere the first call makes it.
        """
        started = Once(make)
        self.process_starts.append(started)
        return started

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

    def bare_provider_of(self, job_class: type[BaseJob]) -> Callable[[], Execute]:
        """Returns what returns the handler itself, which runs here and has nothing around it.

        Raises:
            UnknownJobType: the class has no handler here.
        """
        try:
            return self._bound[job_class]
        except KeyError:
            raise UnknownJobType(f"no handler for {job_class.job_type!r} runs here") from None

    def isolated(self) -> Mapping[type[BaseJob], Registered]:
        """Returns what was registered for each class that has processes of its own."""
        return {kind: given for kind, given in self._given.items() if kind.isolation == "process"}

    def queues(self) -> Collection[str]:
        """Returns the queues in which the handled classes wait by default, sorted."""
        return sorted({job_class.queue for job_class in self._bound})

    def types(self) -> Mapping[str, int]:
        """Returns the names of the handled types, aliases among them, and the version of each."""
        return {
            name: kind.version
            for kind in self._bound
            for name in self.factory.names_of(kind.job_type)
        }

    def _bind(
        self,
        job_class: type[BaseJob],
        provide: Callable[[], Execute],
        given: Registered,
    ) -> None:
        _check_class(job_class)
        if self._isolation is not None:
            self._isolation.check(job_class)
        self.factory.register(job_class)
        if job_class in self._bound:
            raise ConfigurationError(f"{job_class.__name__} has a handler already")
        self._bound[job_class], self._given[job_class] = provide, given

    def _wrap(self, job_class: type[BaseJob]) -> Callable[[], Execute]:
        provide = self.bare_provider_of(job_class)
        if self._isolation is not None and job_class.isolation == "process":
            provide = self._isolation.around(provide)
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
