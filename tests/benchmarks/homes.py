"""An environment of its own for each peer, in a folder that is kept from run to run."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.contenders import Contender
from tests.benchmarks.rivals import PEERS, Peer

DEFAULT: Final = Path.home() / ".cache" / "jobsys-bench"


def invited(names: Sequence[str], cache: Path) -> tuple[list[Contender], dict[str, str]]:
    """Returns the peers that can run here, installed, and their versions."""
    contenders: list[Contender] = []
    versions: dict[str, str] = {}
    for name in names:
        if missing := PEERS[name].missing():
            sys.stderr.write(f"{name} is left out: {missing}\n")
            continue
        home = installed(name, PEERS[name], cache.absolute())
        versions[name] = version(PEERS[name], home)
        contenders.append(PEERS[name].contender(name, home))
    return contenders, versions


def installed(name: str, peer: Peer, cache: Path) -> Path:
    """Returns the folder of a peer's environment, made when it is not there yet."""
    home, stamp = cache / name, cache / name / ".installed"
    wanted = f"{sys.version} {' '.join(peer.packages)}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return home
    sys.stderr.write(f"installing {name} into {home}\n")
    home.mkdir(parents=True, exist_ok=True)
    if peer.is_node:
        _run(["npm", "install", "--no-fund", "--no-audit", "--prefix", str(home), *peer.packages])
    else:
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *peer.packages])
    stamp.write_text(wanted, encoding="utf-8")
    return home


def version(peer: Peer, home: Path) -> str:
    """Returns which release of the peer is installed."""
    package = peer.packages[0].partition("[")[0]
    if peer.is_node:
        listed = home / "node_modules" / package / "package.json"
        return str(json.loads(listed.read_text(encoding="utf-8"))["version"])
    ask = f"from importlib.metadata import version; print(version({package!r}))"
    return _run([str(home / "bin" / "python"), "-c", ask]).strip()


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()[-800:]}")
    return done.stdout
