"""One demo, from its folder to its exit code."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Final

from jobsys import JobStatus, JobsysContainer, Settings
from jobsys.demo.collect import collected
from jobsys.demo.corpus import Corpus, UnusableFolder, checked_folder
from jobsys.demo.evidence import Evidence
from jobsys.demo.files import FileTasks
from jobsys.demo.places import clear, how_to_look, settings_for
from jobsys.demo.scenarios import before_the_workers, with_the_workers
from jobsys.demo.screen import Report, progress, show, show_json
from jobsys.demo.stage import Stage
from jobsys.demo.verdict import verdict_on
from jobsys.demo.watch import Stalled, until_idle
from jobsys.demo.work_folder import WorkFolder
from jobsys.demo.workers import Crew

USAGE: Final = 2
WORKERS: Final = 2


def run(folder: Path | None, backend: str | None, as_json: bool = False) -> int:
    """Runs the demo on the files of a folder, prints what happened, and returns the exit code.

    0: everything came out as promised; 1: something did not, and it was said what; 2: the folder
    cannot be used; 128 and a signal's number: SIGINT or SIGTERM ended it.

    Raises:
        ConfigurationError: the backend cannot be used for a demo.
        QueueUnavailable: the backend does not answer.

    """
    try:
        return asyncio.run(_until_signalled(_demo(folder, backend, as_json)))
    except UnusableFolder as error:
        sys.stderr.write(f"jobsys demo: {error}\n")
        return USAGE


async def _until_signalled(demo: Coroutine[object, object, int]) -> int:
    """Returns the demo's exit code, or, once a signal has ended it, the signal's."""
    loop, task = asyncio.get_running_loop(), asyncio.create_task(demo)
    received: list[int] = []

    def on_signal(number: int) -> None:
        received.append(number)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        sys.stderr.write("jobsys demo: interrupted; everything is stopped\n")
        return 128 + received[0]


async def _demo(folder: Path | None, backend: str | None, as_json: bool) -> int:
    begun_at, checked = time.monotonic(), checked_folder(folder)
    with WorkFolder.made_for(checked) as work:
        tasks = FileTasks(Corpus(checked or work.source, work.root))
        settings = settings_for(work, backend)
        try:
            verdict = verdict_on(await _played(tasks, work, settings))
            if not verdict.is_success:
                work.keep()
        finally:
            if not work.is_kept:
                await clear(settings)
    kept = how_to_look(settings, work) if work.is_kept else ""
    report = Report(verdict, tasks.corpus.left_out, time.monotonic() - begun_at, kept)
    (show_json if as_json else show)(report)
    return verdict.exit_code


async def _played(tasks: FileTasks, work: WorkFolder, settings: Settings) -> Evidence:
    """Plays everything and returns what is known then; leaves no process behind."""
    container, crew = JobsysContainer(settings), Crew(settings, work)
    stage = Stage(container.job_service(), crew, work)
    container.on(JobStatus.COMPLETED)(stage.hear)
    try:
        async with container.lifecycle():
            try:
                with progress("running jobs") as tell:
                    troubles = await _performed(stage, tasks, tell)
            finally:
                await crew.dismiss()
            with progress("reading every output again") as tell:
                return await collected(stage, tasks, container.metrics(), troubles, tell)
    finally:
        crew.end_at_once()


async def _performed(stage: Stage, tasks: FileTasks, tell: Callable[[int, int], None]) -> list[str]:
    """Submits all jobs, plays all scenarios, and returns what kept them from their end."""
    await before_the_workers(stage)
    for _ in range(WORKERS):
        stage.crew.hire()
    programme = asyncio.create_task(_programme(stage, tasks))
    try:
        await until_idle(stage, programme, lambda: tasks.corpus.largest, tell)
    except Stalled as stalled:
        return [str(stalled)]
    finally:
        programme.cancel()
        await asyncio.wait([programme])
    return []


async def _programme(stage: Stage, tasks: FileTasks) -> None:
    await asyncio.gather(tasks.submit_all(stage), with_the_workers(stage))
