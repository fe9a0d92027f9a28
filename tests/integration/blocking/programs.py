"""Small programs of hosts that are not async, each run in a process of its own."""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest
from dependency_injector.providers import Singleton

from jobsys import (
    BackgroundJobService,
    BaseJob,
    ConfigurationError,
    JobStatus,
    JobsysContainer,
    Settings,
)
from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.adapters.sqlite.backend import SqliteBackend
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.system.clock import SystemClock
from jobsys.blocking import BlockingJobs, BlockingJobService, get_service
from jobsys.blocking.notices import BlockingNotices
from jobsys.container.backends import open_backend
from jobsys.ports.backend import BackendOptions
from jobsys.ports.stored_backend import StoredBackend


class Note(BaseJob):
    text: str


def one_service(url: str) -> None:
    """Many threads ask for the service, and only one is made."""
    with ThreadPoolExecutor(16) as threads:
        services = set(threads.map(lambda _: get_service(Settings(backend=url)), range(100)))
    assert len(services) == 1
    assert services == {get_service()}
    with pytest.raises(ConfigurationError, match="other settings"):
        get_service(Settings(backend="memory://"))


def closed_at_exit(url: str) -> None:
    """Ends without a word about the service, which tells when its backend is closed."""
    stop = SqliteBackend.stop

    async def stop_and_tell(self: StoredBackend[SqliteStore]) -> None:
        await stop(self)
        print("closed", flush=True)

    SqliteBackend.stop = stop_and_tell  # type: ignore[method-assign]  # told from outside
    get_service(Settings(backend=url)).submit(Note(text="last"))


def forks(url: str) -> None:
    """A parent that has used the service goes on while its children use it, fork and end."""
    jobs = get_service(Settings(backend=url))
    first = jobs.submit(Note(text="before"))
    children = [forked(lambda: child(jobs, first)) for _ in range(3)]
    for number in range(30):
        jobs.submit(Note(text=f"parent {number}"))
        time.sleep(0.005)  # so that it writes while they open, write and close
    for pid in children:
        ended_well(pid)
    assert get_service() is jobs
    assert queued(jobs) == 1 + 30 + 3 * 2


def child(jobs: BlockingJobService, first: str) -> None:
    assert get_service() is jobs
    assert jobs.get(first).status is JobStatus.QUEUED
    jobs.submit(Note(text="child"))
    ended_well(forked(lambda: jobs.submit(Note(text="grandchild"))))
    assert jobs.get(first).status is JobStatus.QUEUED


def idle_child(url: str) -> None:
    """A child that never uses the service takes nothing away from its parent."""
    jobs = get_service(Settings(backend=url))
    ended_well(forked(lambda: None))
    jobs.submit(Note(text="after"))
    assert queued(jobs) == 1


def fork_while_opening(url: str) -> None:
    """A fork takes place while another thread opens the backend, its lock held."""
    parent, opening, may_go_on = os.getpid(), threading.Event(), threading.Event()

    class SlowBackend(MemoryBackend):
        async def start(self) -> None:
            if os.getpid() == parent:
                opening.set()
                may_go_on.wait()

    container = JobsysContainer(Settings(backend=url))
    container.backend.override(Singleton(SlowBackend, BackendOptions(url, container.clock())))
    opener = BlockingJobs(container)
    thread = threading.Thread(target=opener.open)
    thread.start()
    opening.wait()

    def use() -> None:
        with opener as jobs:
            jobs.submit(Note(text="child"))
            assert queued(jobs) == 1

    ended_well(forked(use))
    may_go_on.set()
    thread.join()
    opener.close()


def fork_while_making(url: str) -> None:
    """A fork takes place while another thread makes the service of the process."""
    settings, done = Settings(backend=url), threading.Event()
    # Python itself does not let a child import what a thread of its parent was importing.
    open_backend(settings, SystemClock())

    def ask() -> None:
        get_service(settings)
        done.set()

    threading.Thread(target=ask).start()
    children: list[int] = []
    while len(children) < 8 and not done.is_set():
        children.append(forked(lambda: get_service(settings).submit(Note(text="child"))))
    for pid in children:
        ended_well(pid)
    assert queued(get_service()) == len(children)


def fork_while_submitting(url: str) -> None:
    """Forks take place while other threads submit, one of their calls under way."""
    jobs, done = get_service(Settings(backend=url)), threading.Event()

    def submit_on() -> None:
        while not done.is_set():
            jobs.submit(Note(text="thread"))

    threads = [threading.Thread(target=submit_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        ended_well(forked(lambda: jobs.submit(Note(text="child"))))
    done.set()
    for thread in threads:
        thread.join()


def fork_while_listening(url: str) -> None:
    """A child leaves a block of events at once, and its parent goes on listening."""
    with BlockingJobs(JobsysContainer(Settings(backend=url))) as jobs, jobs.events() as notices:
        pid = os.fork()
        if pid == 0:
            with pytest.raises(RuntimeError, match="forked"):
                next(notices)
            listen_anew(jobs)
            sys.exit(0)  # and leaves both blocks
        ended_well(pid)
        until_told(notices, cancel_one(jobs))


def listen_anew(jobs: BlockingJobService) -> None:
    called = threading.Event()
    with jobs.events() as notices:
        until_told(notices, cancel_one(jobs))
    jobs.fire_and_forget(called.set)
    called.wait()


def cancel_one(jobs: BlockingJobService) -> str:
    job_id = jobs.submit(Note(text="to be cancelled"))
    jobs.cancel(job_id)
    return job_id


def until_told(notices: BlockingNotices, job_id: str) -> None:
    while next(notices).job_id != job_id:
        pass


def interrupted(url: str) -> None:
    """Waits for a job that nobody runs until it is interrupted."""
    jobs = get_service(Settings(backend=url))
    job_id = jobs.submit(Note(text="never"))

    async def wait(service: BackgroundJobService) -> None:
        print("waiting", flush=True)
        await service.wait(job_id)

    try:
        jobs.call(wait)
    except KeyboardInterrupt:
        print("interrupted", queued(jobs), flush=True)
        raise


def forked(work: Callable[[], object]) -> int:
    """Returns the id of a new process that does the work and then exits as programs do."""
    pid = os.fork()
    if pid:
        return pid
    work()
    sys.exit(0)


def ended_well(pid: int) -> None:
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, f"a child ended with {status}"


def queued(jobs: BlockingJobService) -> int:
    return jobs.counts()["default"].now[JobStatus.QUEUED]


def main(name: str, url: str) -> NoReturn:
    programs: Mapping[str, Callable[[str], None]] = {
        program.__name__: program
        for program in (
            *(
                one_service,
                closed_at_exit,
                forks,
                idle_child,
                fork_while_opening,
                fork_while_making,
                fork_while_submitting,
                fork_while_listening,
                interrupted,
            ),
        )
    }
    programs[name](url)
    sys.exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
