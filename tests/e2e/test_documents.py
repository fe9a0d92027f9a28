"""What the documents show is run as it stands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.documents import python_files

PYTEST = (
    *("-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)


def written(document: str, folder: Path) -> Path:
    for name, text in python_files(document).items():
        (folder / name).write_text(text)
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "JOBSYS_BACKEND": "sqlite:///jobs.db"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, text=True, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_tests_that_the_testing_document_shows_pass(tmp_path: Path) -> None:
    folder = written("docs/testing.md", tmp_path)
    (folder / "test_my_adapter.py").unlink()  # test_toy_adapter.py runs it
    shown = sum(text.count("def test_") for text in python_files("docs/testing.md").values())
    assert f"{shown} passed" in run(folder, *PYTEST)
    assert not list(folder.glob("*.db"))


@pytest.mark.parametrize("script", ["views.py", "script.py"])
def test_the_scripts_of_the_blocking_document_run(script: str, tmp_path: Path) -> None:
    run(written("docs/blocking.md", tmp_path), script)


PAGES = [
    "autoscaling",
    "archive",
    "circuits",
    "coming-from",
    "dashboard",
    "dead-letters",
    "effectively-once",
    "faults",
    "getting-started",
    "http-api",
    "isolation",
    "job-types",
    "logs",
    "metrics",
    "notifications",
    "queues",
    "schedules",
    "tracing",
    "versions",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_runs(page: str, tmp_path: Path) -> None:
    folder = written(f"docs/{page}.md", tmp_path)
    for name in sorted(path.name for path in folder.glob("*.py")):
        run(folder, *(PYTEST if name.startswith("test_") else ()), name)
