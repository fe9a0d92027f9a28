"""What may be amiss with the store, its clock and the releases that use it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.domain.duration import told_span
from jobsys.domain.status import CANCELLED, COMPLETED
from jobsys.ports.durability import Severity

LITTLE: Final = 0.1
"""Which part of the room is free when it is time to do something; a half of that is trouble."""
MOST_SKEW: Final = timedelta(seconds=5)
_STANDINGS: Final = {Severity.CRITICAL: Standing.TROUBLE, Severity.WARNING: Standing.WARNING}


def durability(scene: Scene) -> Iterator[Finding]:
    """Finds how accepted jobs may be lost, save what the backend's URL asks for."""
    for one in scene.overview.weaknesses:
        if one.severity in _STANDINGS:
            told = f"{one.message} ({one.code})"
            mend = "set it now, and in the server's configuration for its next start"
            standing = _STANDINGS[one.severity]
            yield Finding(Code.WEAK_STORE, standing, told, mend, one.mend or "jobsys health")


def memory(scene: Scene) -> Iterator[Finding]:
    """Finds a store that has little room left, and the queue that keeps the most ended jobs."""
    room = scene.room
    if room.free is None or not room.total or room.free >= room.total * LITTLE:
        return
    standing = Standing.TROUBLE if room.free < room.total * LITTLE / 2 else Standing.WARNING
    ended = Counter(
        {
            name: one.counts.now[COMPLETED] + one.counts.now[CANCELLED]
            for name, one in scene.overview.queues.items()
        }
    )
    told = f"of {room.where} {_size(room.free)} of {_size(room.total)} are free"
    told += f", jobsys takes {_size(room.taken or 0)}; {ended.total()} ended jobs are kept"
    mend, command = "give it more room, or start workers for what waits", "jobsys workers"
    if ended.total():
        [(queue, most)] = ended.most_common(1)
        told += f", {most} of them in queue {queue}"
        mend = (
            "give it more room, keep ended jobs for a shorter time, or remove those that are kept"
        )
        command = f"jobsys queue purge {queue} --status completed --status cancelled --yes"
    yield Finding(Code.STORE_NEARLY_FULL, standing, told, mend, command)


def clock(scene: Scene) -> Iterator[Finding]:
    """Finds a host whose clock is not the backend's."""
    skew = scene.skew
    if skew is None or abs(skew) <= MOST_SKEW:
        return
    way = "behind" if skew > timedelta() else "ahead of"
    told = f"the clock of this host is {told_span(abs(skew))} {way} the backend's"
    mend = "set the clock that is wrong; due times and leases go by the backend's"
    yield Finding(Code.CLOCK_SKEW, Standing.WARNING, told, mend, "timedatectl set-ntp true")


def releases(scene: Scene) -> Iterator[Finding]:
    """Finds workers of several releases of jobsys."""
    numbers = Counter(one.card.release for one in scene.overview.workers)
    if len(numbers) < 2:
        return
    told = ", ".join(f"{number} of {release}" for release, number in sorted(numbers.items()))
    yield Finding(
        Code.MIXED_RELEASES,
        Standing.WARNING,
        f"workers of {len(numbers)} releases of jobsys run: {told}",
        "end the deploy: restart the workers of the older release",
        "jobsys workers --json",
    )


def _size(number: int) -> str:
    return f"{number / 2**20:,.1f} MiB"
