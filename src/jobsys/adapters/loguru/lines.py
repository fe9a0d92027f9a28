"""A log record as a line: for people, or as JSON. Secrets are masked here, whoever wrote them."""

import json
from traceback import format_exception
from typing import TYPE_CHECKING, Final

from jobsys.domain.attempt_error import clipped
from jobsys.domain.redaction import MASK, is_secret, redacted

if TYPE_CHECKING:
    from loguru import Record

LONGEST: Final = 20_000
"""Characters of a text that are written."""


def console_line(record: "Record") -> str:
    """Returns `2030-01-01 12:00:00.000 [WARN] …`, and the traceback below it where there is one."""
    at = record["time"].isoformat(" ", "milliseconds")[:23]  # without the zone's offset
    message = _shown(record["message"])
    job_id = record["extra"].get("job_id")
    whose = f" (job {_shown(str(job_id))})" if job_id and str(job_id) not in message else ""
    below = "".join(f"\n  {_shown(each)}" for each in _traceback(record).splitlines())
    return f"{at} [{level_of(record)}] {message}{whose}{below}"


def json_line(record: "Record") -> str:
    """Returns one JSON object: time, level, logger and message, the ids, and the traceback."""
    told: dict[str, object] = {
        name: MASK if is_secret(name) else _plain(value) for name, value in record["extra"].items()
    }
    told |= {
        "time": record["time"].isoformat(),
        "level": level_of(record),
        "logger": record["name"],
        "message": redacted(clipped(record["message"], LONGEST)),
    }
    if trace := _traceback(record):
        told["exception"] = redacted(trace)
    return json.dumps(told)


def level_of(record: "Record") -> str:
    """Returns the level's name as it is written: WARN for a warning."""
    name = record["level"].name
    return "WARN" if name == "WARNING" else name


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redacted(clipped(str(value), LONGEST))


def _shown(text: str) -> str:
    """Returns a text that can neither begin a line of its own nor steer a terminal."""
    text = redacted(clipped(text, LONGEST))
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _traceback(record: "Record") -> str:
    caught = record["exception"]
    if caught is None or caught.value is None:
        return ""
    return "".join(format_exception(caught.value))[-LONGEST:]
