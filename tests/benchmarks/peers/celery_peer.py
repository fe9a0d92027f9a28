import sys

import common
from celery import Celery

app = Celery("celery_peer", broker=common.URL)
app.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=common.option("prefetch", 4),
    worker_hijack_root_logger=False,
)
TASKS = {
    "noop": app.task(common.noop, name="noop"),
    "sleep": app.task(common.sleep, name="sleep"),
}

if __name__ == "__main__":
    if sys.argv[1] == "work":
        pool = "threads" if common.option("threads", 0) else "prefork"
        common.become(
            *(sys.executable, "-m", "celery", "-A", "celery_peer", "worker"),
            *("-P", pool, "-c", str(common.option("c", 2)), "-l", "ERROR"),
            *("--without-gossip", "--without-mingle", "-n", f"w{common.WORKER}@here"),
        )
    common.serve_sync(lambda kind, given: TASKS[kind].delay(given))
