"""A worker that stood still, and whose job another has, writes nothing where tokens are compared."""

import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from jobsys.testing.faults.ledger import Entry, Ledger
from tests.chaos.traffic import opened
from tests.chaos.workers import Workers
from tests.support.guarded_app import Render
from tests.support.workshop import until

SOON = timedelta(seconds=30)


async def test_a_zombie_s_guarded_write_changes_no_row(tmp_path: Path) -> None:
    ledger, url = Ledger(tmp_path / "ledger"), f"sqlite:///{tmp_path}/jobs.db"
    with closing(sqlite3.connect(tmp_path / "pages.db")) as pages, pages:
        pages.execute("CREATE TABLE pages (page INTEGER PRIMARY KEY, writer, token INTEGER)")
        pages.execute("INSERT INTO pages VALUES (1, NULL, 0)")
    environment = {
        "JOBSYS_BACKEND": url,
        "JOBSYS_WORKER__LEASE_FOR": "1s",
        "GUARDED_LEDGER": str(ledger.path),
    }

    def noted(what: str) -> list[Entry]:
        return [entry for entry in ledger.entries() if entry.what == what]

    with Workers("tests.support.guarded_app:container", 2, environment, tmp_path / "log") as crew:
        await crew.served(2)
        async with opened(url) as app:
            jobs = app.job_service()
            job_id = await jobs.submit(Render(page=1))
            await until(lambda: noted("begin"), SOON)
            [zombie] = [p for p in crew.processes if p.pid == noted("begin")[0].pid]
            zombie.send_signal(signal.SIGSTOP)
            try:
                await until(lambda: len(noted("begin")) == 2, SOON)
                (tmp_path / "go").touch()
                assert (await jobs.wait(job_id, SOON)).status == "completed"
            finally:
                zombie.send_signal(signal.SIGCONT)
            await until(lambda: noted("changed 0"), SOON)
    [late], [newer] = noted("changed 0"), noted("changed 1")
    assert late.pid == zombie.pid != newer.pid
    assert late.token < newer.token
    with closing(sqlite3.connect(tmp_path / "pages.db")) as pages:
        assert pages.execute("SELECT writer, token FROM pages").fetchone() == (
            newer.pid,
            newer.token,
        )
    ledger.close()
