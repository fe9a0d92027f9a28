"""Events as plain data, the same for every way in which they are shown."""

from jobsys.domain.notice import JobNotice


def notice_view(notice: JobNotice) -> dict[str, object]:
    """Returns what has become of a job as JSON values."""
    return {
        "job_id": notice.job_id,
        "job_type": notice.job_type,
        "queue": notice.job_id.queue,
        "event": notice.event.value,
        "status": notice.status.value,
        "attempt": notice.attempt,
        "at": notice.at.isoformat(),
        "reason": None if notice.reason is None else notice.reason.value,
        "error": notice.error,
    }
