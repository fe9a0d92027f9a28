"""Whether jobs wait longer than they should, and schedules fire in time."""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote
from typing import Final

from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.application.floods import LONG, Flood
from jobsys.domain.duration import told_span
from jobsys.domain.status import QUEUED

FASTER: Final = "start more workers, or one with more slots; make the handlers faster"


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
        command = f"jobsys worker --queue {queue} --concurrency {max(2 * slots, 10)}"
        late = Finding(code, standing, told, FASTER, command, queue)
        yield _flooded(late, scene.overview.floods.get(queue))


def _flooded(late: Finding, flood: Flood | None) -> Finding:
    """Returns what is told of a late queue with the type that floods it, and how that is held."""
    if flood is None:
        return late
    told = f"{late.sentence}; {flood.jobs} of the first {flood.all} are of type {flood.job_type}"
    hold = f"jobsys queue pause {late.name} --type {quote(flood.job_type)}"
    mend = f"hold that type back (`{hold}`), or {late.mend}"
    return replace(late, sentence=told, mend=mend, job_type=flood.job_type)


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
