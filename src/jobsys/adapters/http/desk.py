"""What a request is answered with: who asks, what is reached, and what there is to do it."""

from contextlib import AbstractAsyncContextManager
from typing import Annotated, cast

from fastapi import Depends, Request

from jobsys.adapters.http.access import Access, check_origin
from jobsys.adapters.http.audit import Change, audited
from jobsys.adapters.http.event_fan import EventFan
from jobsys.adapters.http.host import Host
from jobsys.adapters.http.limits import Window
from jobsys.adapters.http.overview_fan import OverviewFan
from jobsys.adapters.http.refusals import Forbidden, TooMany
from jobsys.adapters.http.seats import Seats
from jobsys.adapters.http.shared_answers import SharedAnswers
from jobsys.application.overview import SharedSurvey
from jobsys.config import DashboardSettings
from jobsys.domain.errors import JobNotFound
from jobsys.domain.job_id import JobId
from jobsys.domain.names import checked_name, normalised
from jobsys.domain.principal import Principal, Role
from jobsys.domain.record import JobRecord


class Desk:
    """What all requests of one app share."""

    def __init__(self, container: Host, settings: DashboardSettings) -> None:
        self.access = Access(settings)
        self.jobs = container.job_service()
        self.backend = container.settings().backend.partition(":")[0]
        self.types = container.job_factory()
        self.seats = Seats()
        self.events = EventFan(self.jobs)
        self.survey = container.survey()
        self.overview = OverviewFan(self.survey)
        self.shared_survey = SharedSurvey(self.survey)
        self.submits = Window(settings.submits_per_minute)
        self.answers = SharedAnswers()

    def admitted(self, request: Request, least: Role, *, bounded: bool) -> "Ask":
        """Returns the request of somebody who may make it.

        Raises:
            Refusal: nobody is known, the role does not do, or another site may have made it.
        """
        principal, session = self.access.known(request)
        if not principal.role.includes(least):
            raise Forbidden(f"this needs the role {least}, and {principal.name} has another")
        if principal.is_bounded and not bounded:
            raise Forbidden(f"this concerns all queues, and {principal.name} reaches only some")
        check_origin(request)
        return Ask(self, principal, session)


class Ask:
    """A request that was let in."""

    def __init__(self, desk: Desk, principal: Principal, session: str) -> None:
        self.desk = desk
        self.principal = principal
        self.session = session
        self.jobs = desk.jobs

    @property
    def goes_on(self) -> bool:
        """False once the session is over by which this was asked."""
        return not self.session or self.desk.access.sessions.is_open(self.session)

    @property
    def sees_payloads(self) -> bool:
        """True where it is shown what jobs carry and return."""
        return self.principal.role.includes(Role.OPERATOR)

    def change(self, action: str, thing: str) -> AbstractAsyncContextManager[Change]:
        """Writes a line of the audit log for what is done while it is entered."""
        return audited(self.principal.name, action, thing)

    def queue(self, name: str) -> str:
        """Returns the name of a queue that is reached.

        Raises:
            InvalidName: it is no name.
            Forbidden: it is out of reach.
        """
        if not self.principal.reaches_queue(checked_name("queue", name)):
            raise Forbidden(f"{self.principal.name} does not reach the queue {name}")
        return name

    def whole_queue(self, name: str, job_type: str | None = None) -> str:
        """Returns the name of a queue of which all jobs are reached, or all of the type.

        Raises:
            InvalidName: it is no name.
            Forbidden: some are out of reach.
        """
        if job_type is None and self.principal.job_types:
            raise Forbidden(f"{self.principal.name} reaches only some types: name one")
        if job_type is not None:
            self.job_type(job_type)
        return self.queue(name)

    def job_type(self, name: str) -> str:
        """Returns the stored name of a type that is reached.

        Raises:
            InvalidName: it is no name.
            Forbidden: it is out of reach.
        """
        stored = normalised(checked_name("job type", name))
        if not self.principal.reaches_type(stored):
            raise Forbidden(f"{self.principal.name} does not reach jobs of the type {stored}")
        return stored

    async def record(self, job_id: str) -> JobRecord:
        """Returns the record of a job that is reached; one of another type is not there at all.

        Raises:
            InvalidName: it is no id.
            Forbidden: its queue is out of reach.
            JobNotFound: there is no such job, or it is out of reach.
        """
        self.queue(JobId.parse(job_id).queue)
        record = await self.jobs.get(job_id)
        if not self.principal.reaches_type(record.job_type):
            raise JobNotFound(f"there is no job {record.id}")
        return record

    def count_submit(self) -> None:
        """Counts a submit.

        Raises:
            TooMany: there were as many in the last minute as the settings allow.
        """
        who, submits = self.principal.name, self.desk.submits
        wait = submits.wait(who)
        if wait:
            raise TooMany(f"{who} has submitted as many jobs in the last minute as it may", wait)
        submits.count(who)


def desk_of(request: Request) -> Desk:
    """Returns what the app of a request works with."""
    return cast("Desk", request.app.state.jobsys)


def _asked(request: Request) -> Ask:
    return cast("Ask", request.state.ask)


Asking = Annotated[Ask, Depends(_asked)]
"""What each endpoint takes first: its guard has made it."""
