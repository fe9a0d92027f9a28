"""Each example of one file is run as its reader would run it."""

import re
from pathlib import Path

import pytest

from examples.embedding.program import CountLines
from jobsys import JobStatus, JobsysContainer, Settings
from tests.support.documents import ROOT
from tests.support.examples import Shell

PRINTED = {
    "hello_world": ["Hello, world!"],
    "calculation": ["25 primes below 100", "168 primes below 1000", "1229 primes below 10000"],
    "process_data": [
        "attempt 1: sales hung up before row 6",
        "then completed: {'from': 6, 'to': 10}; 10 rows in the table",
    ],
    "process_payment": ["receipt for 4200 cents: 2 calls, 1 charge"],
    "custom_job": ["large: 1166400 pixels", "small: 10000 pixels"],
    "swap_adapters": ["to ada@example.org: Hello", "completed 0 families of metrics"],
}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_the_list_names_every_example_and_nothing_else() -> None:
    here = ROOT / "examples"
    links = re.findall(r"\]\((.+?)\)", (here / "README.md").read_text())
    assert all((here / link).exists() for link in links)
    listed = {link.partition("/")[0] for link in links} - {".."}
    assert listed == {path.name for path in here.iterdir()} - {
        ".gitattributes", "README.md", "__pycache__"
    }  # fmt: skip


def test_every_example_of_one_file_is_among_these() -> None:
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} == PRINTED.keys()


@pytest.mark.parametrize("name", PRINTED)
def test_the_example_prints_what_it_has_done(name: str, shell: Shell) -> None:
    assert shell.run("python", "-m", f"examples.{name}").splitlines() == PRINTED[name]


async def test_the_embedding_program_also_finishes_what_the_last_run_has_left(
    shell: Shell, tmp_path: Path
) -> None:
    three, empty = tmp_path / "three.txt", tmp_path / "empty.txt"
    three.write_text("a\nb\nc\n")
    empty.touch()
    settings = Settings(backend=f"sqlite:///{tmp_path}/lines.db", worker={"enabled": False})
    container = JobsysContainer(settings)
    async with container.lifecycle():
        left = await container.job_service().submit(CountLines(path=str(three)))
        printed = shell.run("python", "-m", "examples.embedding.program", str(three), str(empty))
        record = await container.job_service().get(left)
    assert printed.splitlines() == [
        "three.txt: 3 lines, completed",
        "empty.txt: 0 lines, completed",
    ]
    assert (record.status, record.result) == (JobStatus.COMPLETED, 3)
