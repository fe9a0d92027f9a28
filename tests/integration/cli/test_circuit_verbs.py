"""`jobsys circuit`: an operator sees what holds jobs, and has a say in it."""

from time import monotonic
from typing import cast

from tests.integration.cli.conftest import Cli


def test_a_circuit_is_opened_listed_and_closed_and_health_is_degraded_meanwhile(cli: Cli) -> None:
    assert cli.json("circuit", "list") == {"circuits": []}
    assert cli.run("circuit", "open", "bank") == "bank open\n"
    listed = cli.json("circuit", "list")
    assert isinstance(listed, dict)
    [bank] = listed["circuits"]
    assert (bank["circuit"], bank["state"], bank["by_hand"]) == ("bank", "open", True)
    assert "closed by hand" in cli.run("circuit", "list")
    health = cli.json("health")
    assert isinstance(health, dict)
    assert (health["status"], health["circuits"]) == ("degraded", [bank])
    assert " circuit close bank\n" in cli.run("health")
    assert cli.json("circuit", "close", "bank") == {"circuit": "bank", "outcome": "closed"}
    again = cli.json("health")
    assert isinstance(again, dict)
    assert [one["state"] for one in again["circuits"]] == ["closed"]


BANKING = """
from jobsys import BaseJob, Circuit, JobContext, JobsysContainer

class Pay(BaseJob):
    circuit = Circuit("bank")

container = JobsysContainer()

@container.handles(Pay)
async def pay(job: Pay, context: JobContext) -> None:
    raise OSError("token=abc was refused")
"""


def test_a_circuit_that_no_job_type_of_the_application_names_is_noted(cli: Cli) -> None:
    (cli.folder / "banking.py").write_text(BANKING)
    noted = "note: no job type of banking:container names the circuit 'bnak'; named are: bank\n"
    app = ("--app", "banking:container")
    for arguments, stderr in (
        ((*app, "circuit", "open", "bnak"), noted),
        ((*app, "circuit", "open", "bank"), ""),
        (("circuit", "open", "elsewhere"), ""),  # nobody here knows
        ((*app, "circuit", "close", "bank"), HELD + "within 2 min\n"),
        ((*app, "circuit", "close", "bank"), ""),  # it held none
        (("circuit", "close", "elsewhere"), HELD + "at their time: --app tells within what time\n"),
    ):
        process = cli.start(*arguments)
        phase = "closed" if arguments[-2] == "close" else "open"
        assert process.communicate(timeout=60) == (f"{arguments[-1]} {phase}\n", stderr)
        assert process.returncode == 0


HELD = "note: jobs that it held come back "


def only_circuit(cli: Cli, *options: str) -> dict[str, object]:
    listed = cli.json(*options, "circuit", "list")
    assert isinstance(listed, dict)
    [circuit] = listed["circuits"]
    return cast("dict[str, object]", circuit)


def test_a_circuit_tells_its_types_and_what_the_last_failure_said(cli: Cli) -> None:
    (cli.folder / "banking.py").write_text(BANKING)
    app = ("--app", "banking:container")
    cli.run(*app, "submit", "pay", "{}")
    cli.start("worker", "banking:container")
    end = monotonic() + 30
    while not (bank := only_circuit(cli, *app))["failures"]:
        assert monotonic() < end, "no job has failed"
    assert bank["last_error"] == "OSError: token=*** was refused"
    assert bank["job_types"] == [{"job_type": "pay", "queue": "default"}]
    assert bank["failing_since"]
    table = cli.run(*app, "circuit", "list")
    assert "pay in default" in table
    assert "OSError: token=*** was refused" in table


def test_what_is_no_name_is_one_line_and_exit_code_2(cli: Cli) -> None:
    told = cli.run("circuit", "open", "a bank", exit_code=2)
    assert told.startswith("jobsys: circuit 'a bank' is not a name")
