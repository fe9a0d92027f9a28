"""The fields that requests have in common."""

import re
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}:[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def _written(given: object) -> object:
    """Lets an instant pass that is written as one: pydantic takes numbers as well."""
    if given is None or (isinstance(given, str) and _INSTANT.match(given)):
        return given
    raise ValueError("write an instant as 2030-01-31T02:00:00+01:00")


class Body(BaseModel):
    """What a request carries; a field that there is not is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


Name = Annotated[str, Field(pattern=NAME)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written), Field(strict=False)]
"""With its time zone, as RFC 3339 writes it."""
Wait = Annotated[str, Field(max_length=40, examples=["30s", "5m", "1h30m"])]

Queue = Annotated[str, Path(pattern=NAME)]
JobIdText = Annotated[str, Path(pattern=ID, description="queue:key")]
ScheduleIdText = Annotated[str, Path(pattern=ID, description="queue:name")]

OfQueue = Annotated[str | None, Query(pattern=NAME)]
OfType = Annotated[str | None, Query(pattern=NAME)]
After = Annotated[str | None, Query(max_length=1000, description="The `next` of the page before.")]
