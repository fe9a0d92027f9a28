"""What the REST API needs of a container."""

from typing import Protocol

from jobsys.application.overview import Survey
from jobsys.application.service import BackgroundJobService
from jobsys.config import Settings
from jobsys.domain.factory import JobFactory


class Host(Protocol):
    """A `JobsysContainer`, as far as the REST API uses it."""

    def settings(self) -> Settings:
        """Returns the settings."""
        ...

    def job_service(self) -> BackgroundJobService:
        """Returns the service."""
        ...

    def job_factory(self) -> JobFactory:
        """Returns what knows the job types."""
        ...

    def survey(self) -> Survey:
        """Returns what reads how the deployment stands."""
        ...
