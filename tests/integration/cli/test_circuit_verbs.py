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
    assert "jobsys circuit close bank" in cli.run("health")
    assert cli.json("circuit", "close", "bank") == {"circuit": "bank", "outcome": "closed"}
    again = cli.json("health")
    assert isinstance(again, dict)
    assert [one["state"] for one in again["circuits"]] == ["closed"]


def test_what_is_no_name_is_one_line_and_exit_code_2(cli: Cli) -> None:
    told = cli.run("circuit", "open", "a bank", exit_code=2)
    assert told.startswith("jobsys: circuit 'a bank' is not a name")
