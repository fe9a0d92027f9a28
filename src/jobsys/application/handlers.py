"""Who carries out which job class."""

from collections.abc import Callable, Collection
from typing import Protocol, TypeVar, cast

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import ConfigurationError, UnknownJobType
from jobsys.domain.factory import JobFactory
from jobsys.ports.job_handler import JobContext, JobHandler

J = TypeVar("J", bound=BaseJob)
J_contra = TypeVar("J_contra", bound=BaseJob, contravariant=True)
F = TypeVar("F", bound=Callable[..., object])

Execute = Callable[[BaseJob, JobContext], object]


class HandlerFunction(Protocol[J_contra]):
    """A plain function that carries out jobs: `async def`, or `def`, which runs in a thread."""

    def __call__(self, job: J_contra, context: JobContext, /) -> object:
        """Does the work; see `JobHandler.execute`."""
        ...


class HandlerRegistry:
    """The handlers of one application; registering one makes its job type known as well."""

    def __init__(self, factory: JobFactory) -> None:
        self.factory = factory
        self._executes: dict[type[BaseJob], Callable[[], Execute]] = {}

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

    def provider_of(self, job_class: type[BaseJob]) -> Callable[[], Execute]:
        """Returns what, called once for each attempt, returns what carries out this class.

        Raises:
            UnknownJobType: the class has no handler here.

        """
        try:
            return self._executes[job_class]
        except KeyError:
            raise UnknownJobType(f"no handler for {job_class.job_type!r} runs here") from None

    def queues(self) -> Collection[str]:
        """Returns the queues in which the handled classes wait by default, sorted."""
        return sorted({job_class.queue for job_class in self._executes})

    def _bind(self, job_class: type[BaseJob], provide: Callable[[], Execute]) -> None:
        _check_class(job_class)
        self.factory.register(job_class)
        if job_class in self._executes:
            raise ConfigurationError(f"{job_class.__name__} has a handler already")
        self._executes[job_class] = provide


def _check_class(given: object) -> None:
    if not (isinstance(given, type) and issubclass(given, BaseJob)):
        raise ConfigurationError(
            f"{given!r:.80} is no job class: give a subclass of BaseJob, as in @handles(MyJob)"
        )
