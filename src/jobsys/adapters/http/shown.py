"""What of a job is shown to whom."""

from typing import Final

from jobsys.adapters.http.desk import Ask
from jobsys.application.views import dead_letter_view, errors_view, job_view, schedule_view
from jobsys.domain.attempt_error import REPLACED_CODE
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import Schedule

HIDDEN: Final = "[hidden]"
"""What stands in the place of what this role is not shown."""
_NOT_FOR_VIEWERS: Final = ("payload", "result", "revision")


def shown_job(ask: Ask, record: JobRecord) -> dict[str, object]:
    """Returns a job as JSON values, as far as it is shown to who asks."""
    return _seen(ask, {**job_view(record), "errors": _errors(ask, record)})


def shown_dead_letter(ask: Ask, record: JobRecord) -> dict[str, object]:
    """Returns a dead letter as JSON values, as far as it is shown to who asks."""
    return _seen(ask, {**dead_letter_view(record), "errors": _errors(ask, record)})


def shown_schedule(ask: Ask, schedule: Schedule) -> dict[str, object]:
    """Returns a schedule as JSON values, as far as it is shown to who asks."""
    return _seen(ask, schedule_view(schedule))


def _seen(ask: Ask, view: dict[str, object]) -> dict[str, object]:
    if ask.sees_payloads:
        return view
    hidden = {name: HIDDEN for name in _NOT_FOR_VIEWERS if view.get(name) is not None}
    return {**view, **hidden}


def _errors(ask: Ask, record: JobRecord) -> list[dict[str, object]]:
    errors = errors_view(record)
    return errors if ask.sees_payloads else [_without_values(error) for error in errors]


def _without_values(error: dict[str, object]) -> dict[str, object]:
    hidden = ("traceback", "message") if error["code"] == REPLACED_CODE else ("traceback",)
    return {**error, **{name: HIDDEN for name in hidden if error[name]}}
