"""What views count, and what they mask."""

from jobsys.application.views import stats_view
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import QueueCounts


def test_each_status_is_in_one_of_the_five_numbers_and_ended_ones_count_for_ever() -> None:
    numbers = {status: 10**place for place, status in enumerate(JobStatus)}
    stats = stats_view([QueueCounts(numbers, {JobStatus.COMPLETED: 7}, {})] * 2)
    of = {status: 2 * number for status, number in numbers.items()}
    assert stats == {
        "waiting": of[JobStatus.QUEUED],
        "active": of[JobStatus.PROCESSING] + of[JobStatus.CANCELLING],
        "failed": of[JobStatus.FAILED],
        "delayed": of[JobStatus.SCHEDULED] + of[JobStatus.RETRYING] + of[JobStatus.BLOCKED],
        "completed": 14,
    }
    assert set(stats_view([]).values()) == {0}
