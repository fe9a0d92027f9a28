"""The peers: what one could use in jobsys' stead, each in its own environment, set up at its best."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.contenders import CALLS, Contender, Engine
from tests.benchmarks.servers import program

ADAPTERS: Final = Path(__file__).parent / "peers"
LONELY: Final = frozenset({"one"})
GATHERED: Final = frozenset({"one", "hundred"})
SERVERS: Final[Mapping[str, tuple[str, str]]] = {
    "nats": ("nats-server", "nats-server"),
    "postgres": ("postgres", "postgresql"),
}
"""Which program each place needs, and Debian's package of it."""


@dataclass(frozen=True)
class Peer:
    """What to install, and how it runs; the fields are those of `Engine`."""

    adapter: str
    packages: tuple[str, ...]
    options: Mapping[str, str]
    share: float
    calls: frozenset[str] = CALLS
    place: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_node(self) -> bool:
        """Whether it runs on Node, and not on Python."""
        return self.adapter.endswith(".js")

    def missing(self) -> str:
        """Says what has to be installed on this machine first; nothing when it is all there."""
        if self.is_node and not (shutil.which("node") and shutil.which("npm")):
            return "node and npm are not installed: see https://nodejs.org"
        needed, package = SERVERS.get(self.place, ("", ""))
        if needed and program(needed) is None:
            return f"{needed} is not installed; Debian: apt-get install {package}"
        return ""

    def contender(self, name: str, home: Path) -> Contender:
        """Returns who runs in this home."""
        runtime = "node" if self.is_node else str(home / "bin" / "python")
        command = (runtime, str(ADAPTERS / self.adapter))
        environment = {
            "PYTHONPATH": str(ADAPTERS),
            "BENCH_NODE": str(home),
            "PYTHONWARNINGS": "ignore",
        }
        engine = Engine(
            command, (*command, "work"), self.options, self.share, self.place, self.calls,
            environment, prepares=bool(self.place),
        )  # fmt: skip
        return Contender(name, engine)


PEERS: Final[Mapping[str, Peer]] = {
    "bullmq-node": Peer(
        "bullmq_peer.js", ("bullmq", "ioredis"), {"noop": "c=50", "sleep": "c=100"}, 0.6
    ),
    "nats-js": Peer(
        "nats_peer.py", ("nats-py", "orjson", "uvloop"),
        {"noop": "c=200 batch=100", "sleep": "c=1000 batch=250"}, 0.6, place="nats",
    ),
    "pgqueuer": Peer(
        "pgqueuer_peer.py", ("pgqueuer", "asyncpg", "orjson", "uvloop"),
        {"noop": "batch=500"}, 0.5, place="postgres",
    ),
    "celery": Peer(
        "celery_peer.py", ("celery[redis]", "hiredis"),
        {"noop": "c=2 prefetch=64", "sleep": "c=100 threads=1"}, 0.1, LONELY,
    ),
    "rq": Peer(
        "rq_peer.py", ("rq", "hiredis"), {}, 0.04, frozenset({"one", "bulk"})
    ),
    "dramatiq": Peer(
        "dramatiq_peer.py", ("dramatiq[redis]", "hiredis"), {"noop": "c=32", "sleep": "c=64"},
        0.2, LONELY,
    ),
    "arq": Peer(
        "arq_peer.py", ("arq", "hiredis", "uvloop"), {"noop": "c=100 read=1000 poll_ms=50"},
        0.15, GATHERED,
    ),
    "saq": Peer(
        "saq_peer.py", ("saq[redis,hiredis]", "typing_extensions", "uvloop"),
        {"noop": "c=50", "sleep": "c=100"}, 0.2, GATHERED,
    ),
    "taskiq": Peer(
        "taskiq_peer.py", ("taskiq", "taskiq-redis", "orjson", "uvloop"), {"noop": "c=100"},
        0.2, GATHERED,
    ),
}  # fmt: skip
