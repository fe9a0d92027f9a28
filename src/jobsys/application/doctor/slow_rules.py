"""Whether jobs wait longer than they should, and schedules fire in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.domain.duration import told_span
from jobsys.domain.status import QUEUED

LONG: Final = timedelta(minutes=1)
"""A job that is ready has waited long, and a schedule is late, after so much."""


def slow(scene: Scene) -> Iterator[Finding]:
    """Finds queues whose workers are ready and whose jobs wait for long all the same."""
    for queue, one in scene.overview.queues.items():
        cards, lasted = scene.ready(queue), one.counts.waited(scene.now)
        if not cards or one.policy.paused or lasted is None or lasted <= LONG:
            continue
        slots, busy = sum(card.slots for card in cards), sum(card.active for card in cards)
        pace, come = sum(card.rate for card in cards), scene.arrivals.get(queue)
        told = (
            f"the first of {one.counts.now[QUEUED]} ready jobs of queue {queue} has waited"
            f" {told_span(lasted)}: {busy} of {slots} slots are busy, its workers end {pace:.3g}"
            f" jobs a second"
        )
        told += "" if come is None else f", {come:.3g} come in"
        is_worse = come is not None and come > pace
        code = Code.FALLING_BEHIND if is_worse else Code.WAITS_LONG
        standing = Standing.TROUBLE if is_worse else Standing.WARNING
        mend = "start more workers, or one with more slots; make the handlers faster"
        command = f"jobsys worker --queue {queue} --concurrency {max(2 * slots, 10)}"
        yield Finding(code, standing, told, mend, command, queue)


def late(scene: Scene) -> Iterator[Finding]:
    """Finds schedules whose time is over and whose jobs nobody has made."""
    for schedule in scene.schedules:
        if schedule.next_at is None or scene.now - schedule.next_at <= LONG:
            continue
        queue, by = schedule.id.queue, told_span(scene.now - schedule.next_at)
        ready = len(scene.ready(queue))
        told = f"schedule {schedule.id} is {by} late; {ready} workers of queue {queue} are ready"
        mend = "start a worker of its queue that looks after schedules (scheduler.enabled)"
        command = f"jobsys worker --queue {queue}"
        yield Finding(Code.SCHEDULE_LATE, Standing.TROUBLE, told, mend, command, schedule.id)
