"""The work, without a word about the web."""

from jobsys import BaseJob, JobContext


class CountWords(BaseJob):
    text: str


def count_words(job: CountWords, context: JobContext) -> int:
    return len(job.text.split())
