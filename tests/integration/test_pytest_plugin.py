"""The plugin in test suites of users, each run by a pytest of its own."""

import pytest

pytest_plugins = ["pytester"]

SETTINGS = """
[pytest]
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""

APP = """
from jobsys import BaseJob, JobContext, JobsysContainer


class Greet(BaseJob):
    name: str


container = JobsysContainer()


@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> str:
    if not job.name:
        raise ValueError("nobody to greet")
    return f"Hello, {job.name}!"
"""

CONFTEST = """
import pytest

import app


@pytest.fixture
def jobsys_container():
    return app.container
"""

TESTS = """
import pytest

from app import Greet


def test_sync(jobs):
    jobs.run(jobs.service.submit(Greet(name="Ada")))
    [record] = jobs.run(jobs.drain())
    assert record.result == "Hello, Ada!"


@pytest.mark.asyncio
async def test_async(jobs):
    assert jobs.submitted(Greet) == []
    await jobs.service.submit(Greet(name="Bob"))
    [record] = await jobs.drain()
    assert record.result == "Hello, Bob!"
    jobs.assert_submitted(Greet, name="Bob", count=1)


def test_sync_again(jobs):
    assert jobs.run(jobs.drain()) == []
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(SETTINGS)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(app=APP, test_it=TESTS)
    return pytester


def run(suite: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return suite.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", *arguments)


def test_sync_and_async_tests_run_jobs_of_the_applications_own_container(
    suite: pytest.Pytester,
) -> None:
    run(suite).assert_outcomes(passed=3)
    assert not list(suite.path.glob("*.db"))


def test_tests_that_are_not_async_need_no_other_plugin(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nfilterwarnings = error\nmarkers = asyncio")
    result = run(suite, "-p", "no:asyncio", "-p", "no:anyio", "-k", "not test_async")
    result.assert_outcomes(passed=2, deselected=1)


def test_a_handler_that_fails_fails_its_test_and_shows_where(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_it="""
        from app import Greet

        def test_nobody(jobs):
            jobs.run(jobs.service.submit(Greet(name="")))
            jobs.run(jobs.drain())
        """
    )
    result = run(suite)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['*raise ValueError("nobody to greet")*', "*attempt 1 of greet job default:*"]
    )


def test_without_a_container_of_ones_own_there_is_an_empty_one(suite: pytest.Pytester) -> None:
    suite.makeconftest("")
    suite.makepyfile(
        test_it="""
        from jobsys import BaseJob

        class Errand(BaseJob):
            pass

        def test_it(jobs):
            @jobs.container.handles(Errand)
            def run(job, context):
                return "done"

            jobs.run(jobs.service.submit(Errand()))
            [record] = jobs.run(jobs.drain())
            assert record.result == "done"
        """
    )
    run(suite).assert_outcomes(passed=1)


def test_a_suite_that_uses_no_job_does_not_wait_for_jobsys(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("jobsys")
            assert "jobsys" not in sys.modules
        """
    )
    run(pytester, "-p", "no:asyncio").assert_outcomes(passed=1)
