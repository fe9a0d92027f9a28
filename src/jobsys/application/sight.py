"""What is shown of a deployment, look by look."""

from collections.abc import Sequence

from jobsys.application.course import Course
from jobsys.application.newest_failures import NewestFailures
from jobsys.application.overview import Overview, Survey
from jobsys.application.service import BackgroundJobService
from jobsys.domain.record import JobRecord
from jobsys.domain.value import value


@value
class Sight:
    """How it stands, how it went, and the newest dead letters."""

    overview: Overview
    course: Course
    failures: Sequence[JobRecord] = ()


class Watch:
    """Looks again and again; `last` is what the last look has shown."""

    def __init__(self, survey: Survey, jobs: BackgroundJobService) -> None:
        self._survey = survey
        self._failures = NewestFailures(jobs)
        self._course = Course()
        self.last: Sight | None = None

    async def look(self) -> Sight:
        """Returns what there is to see now.

        Raises:
            QueueUnavailable: the backend does not answer.
        """
        overview = await self._survey.read()
        self._course.add(overview)
        failures = await self._failures.read(overview)
        self.last = Sight(overview, self._course, failures)
        return self.last
