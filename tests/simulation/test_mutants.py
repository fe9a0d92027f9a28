"""The simulation finds what it is for: bugs planted in copies of the package.

`./dev test -n 0 -s tests/simulation/test_mutants.py` tells after how many stories each is found.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.copies import Bug, copied, run

AT_MOST = 200


@dataclass(frozen=True)
class Mutant(Bug):
    """A change of one place, and the invariant that does not hold then."""

    breaks: str


MUTANTS = [
    Mutant(
        "no token check",
        "adapters/memory/leases.py",
        "    return standing.status in LEASED and (standing.token, standing.lane) == (token, lane)\n",
        "    return standing.status in LEASED and token > 0 and lane != ''\n",
        "tokens_only_grow",
    ),
    Mutant(
        "no source check",
        "adapters/memory/settle.py",
        "        elif job.standing.status is held.status:\n",
        "        elif job.standing.status in (held.status, JobStatus.CANCELLING):\n",
        "moves_are_in_the_table",
    ),
    Mutant(
        "no crash counter",
        "domain/lease.py",
        "crashes=min(back.after.crashes, crash_limit - 1)",
        "crashes=standing.crashes",
        "everything_ended",
    ),
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_makes_a_story_go_wrong(mutant: Mutant, tmp_path: Path) -> None:
    package = copied(tmp_path)
    mutant.plant(package)
    told = run(package, "tests.chaos", "sim", "--seed", "0", "--seeds", str(AT_MOST), "--json")
    assert told.returncode == 1, told.stdout + told.stderr
    [figures] = json.loads(told.stdout)
    print(f"\n{mutant.name}: found after {figures['stories']} stories: {figures['wrong']}")
    assert figures["wrong"].startswith(mutant.breaks)
    assert f"shortest part of it that goes wrong: {mutant.breaks}" in told.stderr
