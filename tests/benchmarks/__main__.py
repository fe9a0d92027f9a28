"""`./dev bench`: what jobsys does on each backend, beside a bare engine in the same run.

Rates drift with the machine; the ratios, taken in one round, and the CPU per job are what to
compare. Each row proves that each of its jobs ran exactly once, or says so, and the exit code is 1.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import homes, machine, report
from tests.benchmarks.measures import MEASURES
from tests.benchmarks.rivals import PEERS
from tests.benchmarks.rounds import Row, measured
from tests.benchmarks.run import About, Run
from tests.benchmarks.stage import Stage

FOREIGN: Final = (
    *("JOBSYS_", "BENCH_", "REDIS_", "LOG_LEVEL", "NODE_ENV", "ENABLE_BACKGROUND", "PROMETHEUS_"),
    "PYTHONDONTWRITEBYTECODE",  # each start would compile everything again
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; 0 when each job of each row ran exactly once."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.report and asked.measure:
        parser.error("a report has every measure: leave --measure out")
    forget_settings()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    try:
        run = _measured(asked)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; nothing is left running\n")
        return 130
    if asked.report:
        report.write(run)
    told = json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n"
    sys.stdout.write(told if asked.json else report.whole(run))
    return int(any(row.fault for row in run.rows))


def forget_settings() -> None:
    """Removes from the environment what would change what is measured."""
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            del os.environ[name]


def _measured(asked: argparse.Namespace) -> Run:
    peers, versions = homes.invited(asked.peers, asked.cache)
    chosen = [each for each in MEASURES if asked.measure is None or each.name in asked.measure]
    rows: list[Row] = []
    with Stage() as stage:
        about = About(
            machine=machine.described(stage), settings=machine.configuration(), peers=versions
        )
        sys.stderr.write("".join(f"{name}: {value}\n" for name, value in _told(about)))
        for measure in chosen:
            rows += measured(stage, measure.joined_by(peers), asked.rounds, asked.scale)
    about.machine["others' load"] = f"{_others(rows):.0%}"
    today = datetime.now(UTC).date().isoformat()
    return Run(today, asked.rounds, asked.scale, about, rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    names = [measure.name for measure in MEASURES]
    parser.add_argument(
        "--measure", action="append", choices=names, metavar="NAME",
        help=f"may be repeated; all unless named: {'; '.join(names)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=_rounds, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of jobs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--report",
        action="store_true",
        help=f"write {report.LATEST.name} and the pages that show it",
    )
    parser.add_argument(
        "--peers", type=_peers, default=[], metavar="A,B,C",
        help=f"measure these as well, or `all`: {', '.join(PEERS)}",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, default=homes.DEFAULT, help="where peers are installed"
    )
    return parser


def _rounds(text: str) -> int:
    rounds = int(text)
    if rounds < 1:
        raise argparse.ArgumentTypeError("measure at least one round")
    return rounds


def _peers(text: str) -> list[str]:
    names = list(PEERS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such peer: {', '.join(unknown)}")
    return names


def _told(about: About) -> list[tuple[str, str]]:
    return [*about.machine.items(), *about.settings.items(), *about.peers.items()]


def _others(rows: Sequence[Row]) -> float:
    shares = [row.figures["others"] for row in rows if "others" in row.figures]
    return median(shares) if shares else 0.0


if __name__ == "__main__":
    sys.exit(main())
