"""What users subclass to say what is to be done."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jobsys.domain.circuit import Circuit
from jobsys.domain.duration import Duration
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.priority import JobPriority
from jobsys.domain.process_limits import ProcessLimits
from jobsys.domain.retention import FOR_EVER, Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.secret_fields import secret_fields
from jobsys.domain.unique import Unique
from jobsys.domain.upcasting import NO_UPCASTERS, Upcasters, check_upcasters
from jobsys.domain.wrong_values import what_is_wrong

Isolation = Literal["none", "process"]
_Timeout = Annotated[Duration, Field(gt=timedelta(0), le=FOR_EVER)]
_RULES: Final[Mapping[str, TypeAdapter[object]]] = {
    "timeout": TypeAdapter(_Timeout),
    "start_within": TypeAdapter(_Timeout | None),
    "priority": TypeAdapter(JobPriority),
    "retry": TypeAdapter(RetryPolicy),
    "retention": TypeAdapter(Retention),
    "unique": TypeAdapter(Unique | None),
    "circuit": TypeAdapter(Circuit | None),
    "version": TypeAdapter(Annotated[int, Field(ge=1)]),
    "isolation": TypeAdapter(Isolation),
    "process_limits": TypeAdapter(ProcessLimits),
}
"""What each class variable may be."""


class BaseJob(BaseModel):
    """A typed request for work: the fields are the payload, the class variables its defaults.

    A class that leaves `retry` and `timeout` out gets those of the settings.
    A class without a `job_type` of its own is named after itself: `ResizePhotoJob` is stored as
    `resize_photo`. Old names of a type go into `aliases`, so that queued jobs stay readable; what
    makes an older payload one of the next version goes into `upcasters`.

    >>> class Greet(BaseJob):
    ...     name: str
    >>> Greet.job_type, Greet(name="Ada").name
    ('greet', 'Ada')
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    job_type: ClassVar[str] = "base"
    aliases: ClassVar[tuple[str, ...]] = ()
    version: ClassVar[int] = 1
    upcasters: ClassVar[Upcasters] = NO_UPCASTERS
    queue: ClassVar[str] = "default"
    priority: ClassVar[JobPriority] = JobPriority.NORMAL
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    timeout: ClassVar[timedelta] = timedelta(minutes=5)
    start_within: ClassVar[timedelta | None] = None
    retention: ClassVar[Retention] = Retention()
    unique: ClassVar[Unique | None] = None
    circuit: ClassVar[Circuit | None] = None
    isolation: ClassVar[Isolation] = "none"
    process_limits: ClassVar[ProcessLimits] = ProcessLimits()

    @property
    def wanted_priority(self) -> JobPriority:
        """The level at which the job waits, unless its submit names one."""
        return self.priority

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Checks the class variables once, when the class is made."""
        if "job_type" not in cls.__dict__:
            words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.removesuffix("Job"))
            cls.job_type = words or "job"
        cls.job_type = normalised(checked_name("job type", cls.job_type))
        taken = sorted(BaseJob.__class_vars__ & cls.model_fields.keys())
        if taken:
            raise ConfigurationError(
                f"{cls.__name__}: the field {taken[0]!r} would hide what jobsys reads of the class:"
                " give the field another name"
            )
        _check_variables(cls)
        check_upcasters(cls.__name__, cls.version, cls.upcasters)
        checked_name("queue", cls.queue)
        for alias in cls.aliases:
            checked_name("alias", alias)

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Refuses secrets once every field's type is known, which may be later."""
        secrets = secret_fields(cls)
        if secrets:
            raise ConfigurationError(
                f"{cls.__name__}: the field {secrets[0]!r} is a secret, of which only stars would"
                " be stored: submit a reference to the secret, and let the handler fetch it"
            )


def _check_variables(job_class: type[BaseJob]) -> None:
    """Sets each class variable to what its rule makes of it."""
    for name, rule in _RULES.items():
        try:
            setattr(job_class, name, rule.validate_python(getattr(job_class, name)))
        except ValidationError as error:
            wrong = what_is_wrong(error, f"{job_class.__name__}.{name}")
            raise ConfigurationError(f"a class variable is wrong: {wrong}") from error
    if job_class.circuit is not None:
        job_class.circuit = job_class.circuit.named(job_class.job_type)
