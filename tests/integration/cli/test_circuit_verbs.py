"""`jobsys circuit`: an operator sees what holds jobs, and has a say in it."""

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
async def pay(job: Pay, context: JobContext) -> None: ...
"""


def test_a_circuit_that_no_job_type_of_the_application_names_is_noted(cli: Cli) -> None:
    (cli.folder / "banking.py").write_text(BANKING)
    noted = "note: no job type of banking:container names the circuit 'bnak'; named are: bank\n"
    app = ("--app", "banking:container")
    for arguments, stderr in (
        ((*app, "circuit", "open", "bnak"), noted),
        ((*app, "circuit", "open", "bank"), ""),
        (("circuit", "open", "elsewhere"), ""),  # nobody here knows
    ):
        process = cli.start(*arguments)
        assert process.communicate(timeout=60) == (f"{arguments[-1]} open\n", stderr)
        assert process.returncode == 0


def test_what_is_no_name_is_one_line_and_exit_code_2(cli: Cli) -> None:
    told = cli.run("circuit", "open", "a bank", exit_code=2)
    assert told.startswith("jobsys: circuit 'a bank' is not a name")
