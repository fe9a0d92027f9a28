"""Which class a type name stands for, and how a payload becomes a job of it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeVar

from pydantic import ValidationError

from jobsys.domain.base_job import BaseJob
from jobsys.domain.circuit import CircuitRule
from jobsys.domain.envelope import Header
from jobsys.domain.errors import (
    ConfigurationError,
    InvalidJob,
    NewerVersion,
    UnknownJobType,
)
from jobsys.domain.names import normalised
from jobsys.domain.payload import JobPayload
from jobsys.domain.upcasting import upcast

J = TypeVar("J", bound=BaseJob)

ANY: Final = CircuitRule("")
"""Settings that are the same for two circuits."""


class JobFactory:
    """The job types that one application knows, each by its stored name and its aliases."""

    def __init__(self, job_classes: Iterable[type[BaseJob]] = ()) -> None:
        self._by_name: dict[str, type[BaseJob]] = {}
        for job_class in job_classes:
            self.register(job_class)

    def register(self, job_class: type[J]) -> type[J]:
        """Makes the type known; registering a class twice changes nothing.

        Raises:
            ConfigurationError: another class has this name already, or describes the circuit that
                they share in another way; or its jobs are unique by a field that they do not store.

        """
        self._check_circuit(job_class)
        if job_class.unique is not None:
            job_class.unique.check(job_class)
        for name in _names(job_class):
            known = self._by_name.setdefault(name, job_class)
            if known is not job_class:
                raise ConfigurationError(
                    f"job type {name!r} belongs to {known.__name__}:"
                    f" give {job_class.__name__} a job_type of its own"
                )
        return job_class

    def class_of(self, job_type: str) -> type[BaseJob]:
        """Returns the class of a type, whatever its case and dashes.

        Raises:
            UnknownJobType: no registered class has this name; the nearest ones are suggested.

        """
        try:
            return self._by_name.get(job_type) or self._by_name[normalised(job_type)]
        except KeyError:
            from difflib import get_close_matches  # noqa: PLC0415 (only a mistake needs it)

            near = get_close_matches(normalised(job_type[:80]), self._by_name, n=3)
            known = near or sorted(self._by_name) or ["none is registered"]
            raise UnknownJobType(
                f"job type {job_type[:80]!r} is not registered; known: {', '.join(known)}"
            ) from None

    def names_of(self, job_type: str) -> Collection[str]:
        """Returns every name under which jobs of a type are stored; an unknown type has this one."""
        job_class = self._by_name.get(normalised(job_type))
        return {normalised(job_type)} if job_class is None else _names(job_class)

    def create(self, job_type: str, payload: Mapping[str, object]) -> BaseJob:
        """Returns a validated job.

        Raises:
            UnknownJobType: no registered class has this name.
            InvalidJob: the payload does not fit the class; every wrong field is named.

        """
        job_class = self.class_of(job_type)
        try:
            return job_class.model_validate(payload)
        except ValidationError as error:
            raise InvalidJob(f"{job_class.job_type}: {explained(error)}") from error

    def class_for(self, header: Header) -> type[BaseJob]:
        """Returns the class that reads a stored job.

        Raises:
            UnknownJobType: no registered class has its name.
            NewerVersion: the one that has it is older than the job.
        """
        return self.class_at(header.type, header.version)

    def class_at(self, job_type: str, version: int) -> type[BaseJob]:
        """Returns the class of a type, if it is of this version or newer; raises as `class_for`."""
        job_class = self.class_of(job_type)
        if version > job_class.version:
            raise NewerVersion(
                f"{job_type!r} is known here up to version {job_class.version}, not {version}"
            )
        return job_class

    @staticmethod
    def decode(job_class: type[J], payload: JobPayload, version: int) -> J:
        """Returns the job that stored bytes say, which this version of the class has written.

        Where a class has no upcasters, older payloads are read as they are.

        Raises:
            InvalidJob: the payload does not fit the class any more.
        """
        try:
            if version < job_class.version and job_class.upcasters:
                payload = upcast(job_class.job_type, payload, version, job_class.upcasters)
            return job_class.model_validate_json(payload)
        except ValidationError as error:
            raise InvalidJob(f"{job_class.job_type}: {explained(error)}") from error

    def _check_circuit(self, job_class: type[BaseJob]) -> None:
        """Lets circuits of one name pass that open and close alike; what counts is each type's."""
        mine = job_class.circuit
        for known in self.known() if mine else ():
            theirs = known.circuit
            if mine and theirs and mine.name == theirs.name and mine.rule(ANY) != theirs.rule(ANY):
                raise ConfigurationError(
                    f"{job_class.__name__} and {known.__name__} describe the circuit {mine.name!r}"
                    " in two ways: give both the same Circuit"
                )

    def known(self) -> Iterable[type[BaseJob]]:
        """Returns each registered class once."""
        return dict.fromkeys(self._by_name.values())


def _names(job_class: type[BaseJob]) -> Collection[str]:
    """Returns a class's name, then its old ones."""
    return dict.fromkeys((job_class.job_type, *map(normalised, job_class.aliases)))


def explained(error: ValidationError) -> str:
    """Returns one sentence that names every wrong field and what is wrong with it."""
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'payload'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
