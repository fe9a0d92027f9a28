"""The pytest plugin of jobsys: fixtures that run jobs inside a test.

It lies beside the package, not in it: pytest imports its plugins at every start, and this one must
not make tests that use no job wait for jobsys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsys import JobsysContainer
    from jobsys.testing.job_kit import JobKit


@pytest.fixture
def jobsys_container() -> JobsysContainer:
    """An empty container; override this fixture with one that returns your application's."""
    from jobsys import JobsysContainer, Settings  # noqa: PLC0415 (only whoever asks pays)

    return JobsysContainer(Settings(backend="memory://"))


@pytest.fixture
def jobs(jobsys_container: JobsysContainer) -> Iterator[JobKit]:
    """The container on a backend in memory and a clock that stands still; see `JobKit`."""
    from jobsys.testing.job_kit import JobKit  # noqa: PLC0415 (only whoever asks pays)

    with JobKit(jobsys_container) as kit:
        yield kit
