"""`./dev bench`: what jobsys does on each backend, beside a bare engine in the same run.

Rates drift with the machine; the ratios, taken in one round, and the CPU per job are what to
compare. Each row proves that each of its jobs ran exactly once, or says so, and the exit code is 1.
"""

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import homes, machine
from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures import MEASURES, Measure
from tests.benchmarks.rivals import PEERS
from tests.benchmarks.rounds import Row, measured
from tests.benchmarks.stage import Stage
from tests.benchmarks.tables import tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and prints; 0 when each job of each row ran exactly once."""
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    try:
        with Stage() as stage:
            peers, versions = _invited(asked.peers, asked.cache)
            about = {
                "machine": machine.described(stage),
                "settings": machine.configuration(),
                "peers": versions,
            }
            sys.stderr.write("".join(_told(about)))
            chosen = [measure.joined_by(peers) for measure in _chosen(asked.measure)]
            rows = [r for m in chosen for r in measured(stage, m, asked.rounds, asked.scale)]
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; nothing is left running\n")
        return 130
    _show(about, rows, as_json=asked.json)
    return int(any(row.fault for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    names = [measure.name for measure in MEASURES]
    parser.add_argument(
        "--measure", action="append", choices=names, metavar="NAME",
        help=f"may be repeated; all unless named: {'; '.join(names)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the numbers of jobs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--peers", type=_peers, default=[], metavar="A,B,C",
        help=f"measure these as well, or `all`: {', '.join(PEERS)}",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, default=homes.DEFAULT, help="where peers are installed"
    )
    return parser


def _peers(text: str) -> list[str]:
    names = list(PEERS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such peer: {', '.join(unknown)}")
    return names


def _invited(names: Sequence[str], cache: Path) -> tuple[list[Contender], dict[str, str]]:
    """Returns the peers that can run here, installed, and their versions."""
    contenders: list[Contender] = []
    versions: dict[str, str] = {}
    for name in names:
        if missing := PEERS[name].missing():
            sys.stderr.write(f"{name} is left out: {missing}\n")
            continue
        home = homes.installed(name, PEERS[name], cache.absolute())
        versions[name] = homes.version(PEERS[name], home)
        contenders.append(PEERS[name].contender(name, home))
    return contenders, versions


def _chosen(names: Sequence[str] | None) -> list[Measure]:
    return [measure for measure in MEASURES if names is None or measure.name in names]


def _show(about: Mapping[str, Mapping[str, str]], rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        told = {**about, "rows": [asdict(row) for row in rows]}
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    sys.stdout.write("".join(_told(about)) + "\n" + tables(rows))


def _told(about: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [f"{name}: {value}\n" for group in about.values() for name, value in group.items()]


if __name__ == "__main__":
    sys.exit(main())
