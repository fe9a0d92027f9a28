"""How a payload that an older version of a job class has stored becomes one of today's."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic_core import to_json

from jobsys.domain.errors import ConfigurationError, InvalidJob
from jobsys.domain.payload import JobPayload

Upcaster = Callable[[dict[str, object]], Mapping[str, object]]
"""Returns the fields of the next version; it looks at nothing but the fields that it is given."""
Upcasters = Mapping[int, Upcaster]
"""The upcaster of each version that is older than its class."""

NO_UPCASTERS: Final[Upcasters] = {}


def check_upcasters(class_name: str, version: int, upcasters: Upcasters) -> None:
    """Lets upcasters pass that lead from some version to this one, without a hole.

    Raises:
        ConfigurationError: one is missing, is of no older version, or cannot be called.
    """
    for old, upcaster in upcasters.items():
        if not 1 <= old < version or not callable(upcaster):
            raise ConfigurationError(
                f"{class_name}: upcasters: {old!r} is to be the number of a version before"
                f" {version}, and what it names a function of the old fields"
            )
    holes = sorted(set(range(min(upcasters, default=version), version)) - upcasters.keys())
    if holes:
        raise ConfigurationError(
            f"{class_name}: upcasters: none leads from version {holes[0]} to {holes[0] + 1}"
        )


def upcast(job_type: str, payload: JobPayload, version: int, upcasters: Upcasters) -> JobPayload:
    """Returns an old payload as that of the newest version.

    Raises:
        InvalidJob: it is older than every upcaster, is no JSON object, or an upcaster failed.
    """
    if version not in upcasters:
        raise InvalidJob(
            f"{job_type}: the oldest version that can be read is {min(upcasters)}, not {version}"
        )
    step = version
    try:
        fields = payload.as_dict()
        for step in range(version, max(upcasters) + 1):
            fields = dict(upcasters[step](fields))
        return JobPayload(to_json(fields, inf_nan_mode="constants"))
    except Exception as error:
        raise InvalidJob(f"{job_type}: the upcaster of version {step}: {error!r}") from error
