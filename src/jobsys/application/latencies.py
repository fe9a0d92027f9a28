"""Latencies as histograms tell them: how many jobs ended in each bucket."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import inf

from jobsys.domain.worker_card import Work
from jobsys.ports.metric_families import BOUNDS


def ended(before: Mapping[str, Work], after: Mapping[str, Work]) -> Sequence[int]:
    """Returns how many jobs have ended in each bucket, over all processes."""
    added = [_added(before.get(name, Work()), work) for name, work in after.items()]
    return [sum(numbers) for numbers in zip(*added, strict=True)]


def quantile(buckets: Sequence[int], share: float) -> float | None:
    """Returns the value below which a share of what was observed lies; None of nothing.

    Within a bucket it is supposed to lie evenly; beyond the last bound, at that bound.

    >>> quantile([0, 10] + [0] * 15, 0.5)
    0.0075
    """
    wanted, before = sum(buckets) * share, 0
    if not wanted:
        return None
    for number, low, high in zip(buckets, (0.0, *BOUNDS), BOUNDS, strict=False):
        if number and before + number >= wanted:
            return round(low + (high - low) * (wanted - before) / number, 6)
        before += number
    return BOUNDS[-1]


def upper_bound(buckets: Sequence[int], share: float) -> float | None:
    """Returns the end of the bucket up to which a share of what was observed lies; None of nothing.

    >>> upper_bound([0, 10] + [0] * 15, 0.5), upper_bound([0] * 16 + [1], 0.5)
    (0.01, inf)
    """
    wanted = sum(buckets) * share
    if not wanted:
        return None
    reached = zip((*BOUNDS, inf), accumulate(buckets), strict=False)
    return next((end for end, number in reached if number >= wanted), inf)


def _added(before: Work, after: Work) -> Sequence[int]:
    """Returns what has been added to each bucket; a process that began anew has added all of it."""
    added = [b - a for a, b in zip(_buckets(before), _buckets(after), strict=True)]
    return _buckets(after) if min(added) < 0 else added


def _buckets(work: Work) -> Sequence[int]:
    """Returns a bucket for each of the bounds, also of a release that had others, or told none."""
    size = len(BOUNDS) + 1
    return work.latencies if len(work.latencies) == size else [0] * size
