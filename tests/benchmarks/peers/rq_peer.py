import logging
import sys

import common
from redis import Redis
from rq import Queue, SimpleWorker

connection = Redis.from_url(common.URL)
queue = Queue("bench", connection=connection)
FUNCTIONS = {"noop": common.noop, "sleep": common.sleep}


def put_many(kind, given):
    jobs = [Queue.prepare_data(FUNCTIONS[kind], args=(each,)) for each in given]
    return queue.enqueue_many(jobs)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        logging.getLogger("rq.worker").setLevel(logging.ERROR)
        worker = SimpleWorker([queue], connection=connection, log_job_description=False)
        worker.work(logging_level="ERROR")
    else:
        common.serve_sync(lambda kind, given: queue.enqueue(FUNCTIONS[kind], given), put_many)
