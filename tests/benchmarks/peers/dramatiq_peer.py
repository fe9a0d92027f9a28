import sys
from pathlib import Path

import common
import dramatiq
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=common.URL))
ACTORS = {
    "noop": dramatiq.actor(common.noop, actor_name="noop"),
    "sleep": dramatiq.actor(common.sleep, actor_name="sleep"),
}

if __name__ == "__main__":
    if sys.argv[1] == "work":
        program = str(Path(sys.executable).with_name("dramatiq"))
        threads = str(common.option("c", 8))
        common.become(program, "dramatiq_peer", "-p", "1", "-t", threads)
    common.serve_sync(lambda kind, given: ACTORS[kind].send(given))
