"""From what a walk has seen of a job to a finding, with the proof that the script compares."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha1

from jobsys.adapters.redis.spots import DONE_SET, Home, Judged, Spot, judged, names_of
from jobsys.adapters.redis.standing import LETTERS, tail_of
from jobsys.domain.instants import span_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.mending import burial, buried, stays_for
from jobsys.domain.record import PAYLOAD_MISSING
from jobsys.domain.status import Reason
from jobsys.domain.value import value
from jobsys.ports.store_checker import Finding, FindingKind


@value
class SeenJob:
    """A job that looks wrong: its record as it is now, and the spots where the walk has seen it."""

    id: JobId
    stored: bytes | None
    state: bytes | None
    spots: Sequence[Spot]

    @property
    def digest(self) -> str:
        """What tells whether the record is still the same; fsck_jobs.lua makes the same of it."""
        return "".join(
            sha1(part or b"", usedforsecurity=False).hexdigest()
            for part in (self.stored, self.state)
        )


def finding_of(job: SeenJob, now: datetime) -> Finding:
    """Returns what looks wrong with a job; whether it is, the script says."""
    says = judged(job.id, job.stored, job.state)
    if job.stored is None and job.state is None:
        told = f"in {names_of(job.spots)} without a record"
        grave = None if {spot.number for spot in job.spots} == {DONE_SET} else PAYLOAD_MISSING
        return _finding(FindingKind.NO_RECORD, job, told, _proof(job, says, grave, now, told))
    if says.home is None or says.unfit is not None:
        kind, told = _damage(job, says)
        return _finding(kind, job, told, _proof(job, says, says.unfit, now, told))
    kind, told = _displaced(job.spots, says, says.home)
    others = [spot for spot in job.spots if spot != says.home.spot]
    return _finding(kind, job, told, [job.id.key, job.digest, _flat(says.home), others, False, 0])


def _finding(kind: FindingKind, job: SeenJob, told: str, proof: Sequence[object]) -> Finding:
    return Finding(kind, job.id.queue, job.id, told, json.dumps(["fsck_jobs", proof]))


def _flat(home: Home) -> Sequence[object]:
    return [*home.spot, home.score or False, home.span]


def _damage(job: SeenJob, says: Judged) -> tuple[FindingKind, str]:
    if says.home is None:
        shown = (job.state or b"").decode(errors="backslashreplace")
        return FindingKind.UNREADABLE_JOB, f"its state cannot be read: {shown[:200]}"
    if job.stored is None:
        return FindingKind.NO_BODY, "its envelope is gone"
    return FindingKind.UNREADABLE_JOB, "its envelope cannot be read"


def _displaced(spots: Sequence[Spot], says: Judged, home: Home) -> tuple[FindingKind, str]:
    others = [spot for spot in spots if spot != home.spot]
    status, there = says.record.status, names_of(others)
    if home.spot not in spots:
        if others:
            return FindingKind.WRONG_PLACE, f"{status}, but in {there}"
        return FindingKind.NO_PLACE, f"{status}, but not in {names_of([home.spot])}"
    if others:
        return FindingKind.TWO_PLACES, f"{status}, and in {there} as well"
    if spots.count(home.spot) > 1:
        return FindingKind.ENTRY_TWICE, f"{spots.count(home.spot)} times in {names_of([home.spot])}"
    return FindingKind.WRONG_DUE, f"{status}, due at another time than {home.score} ms"


def _proof(
    job: SeenJob, says: Judged, reason: Reason | None, now: datetime, told: str
) -> Sequence[object]:
    """Returns what makes the job a dead letter for this reason, or forgets it for none."""
    record = says.record
    has_record = job.stored is not None or job.state is not None
    spots = list(job.spots)
    if has_record and says.home is not None and says.home.spot not in spots:
        spots.append(says.home.spot)
    if reason is None:
        return [job.id.key, job.digest, False, spots, False, 0]
    after = buried(record.standing, reason)
    span = span_ms(stays_for(replace(record, standing=after)))
    line = burial(told, record.standing, now).model_dump_json()
    source = LETTERS[record.status] if has_record and says.home is not None else False
    grave = [str(after.token), tail_of(after), span, line, source]
    return [job.id.key, job.digest, False, spots, grave, int(has_record)]
