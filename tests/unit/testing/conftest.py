from collections.abc import Iterator

import pytest

from jobsys import JobsysContainer
from jobsys.testing.job_kit import JobKit
from tests.support.kit_jobs import kit_container


@pytest.fixture
def container() -> JobsysContainer:
    return kit_container()


@pytest.fixture
def kit(container: JobsysContainer) -> Iterator[JobKit]:
    with JobKit(container) as kit:
        yield kit
