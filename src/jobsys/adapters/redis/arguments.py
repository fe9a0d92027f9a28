"""What goes into the scripts: few arguments per call, for each of them is packed by itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic_core import to_json

from jobsys.adapters.redis.standing import LABELS, LETTERS, held_as, tail_of
from jobsys.domain.envelope import encode
from jobsys.domain.instants import span_ms, to_ms
from jobsys.domain.move import Move
from jobsys.domain.priority import ALL_LEVELS
from jobsys.domain.status import DELAYED
from jobsys.domain.transition import Transition
from jobsys.domain.unique import UniqueClaim
from jobsys.ports.job_queue import Renewal
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim


def submission_arguments(submissions: Sequence[Submission]) -> tuple[bytes, bytes]:
    """Returns the JSON of `[id, level, due, size, claim]` for each job, and the envelopes, joined."""
    envelopes: list[bytes] = []
    told: list[Sequence[object]] = []
    for s in submissions:
        envelope = encode(s.header, s.payload)
        envelopes.append(envelope)
        due = False if s.blocked else _due(s.due) if s.due else 0
        about = s.job_id.key, LABELS[s.priority], due, len(envelope)
        told.append(about if s.unique is None else (*about, _claim(s.unique)))
    return to_json(told), b"".join(envelopes)


def transitions_json(transitions: Sequence[Transition]) -> bytes:
    """Returns `[ways, jobs]`: a way is `[held as, target, tail, span]`, which most jobs share.

    A job is `[id, number of its way, result, error]`, the last two where there are any.
    """
    numbers: dict[tuple[object, ...], int] = {}
    ways: list[Sequence[object]] = []
    jobs: list[Sequence[object]] = []
    for t in transitions:
        # Jobs that stand alike have one standing between them: no need to compare what it says.
        way = id(t.record.standing), id(t.after), id(t.record.header), t.due
        number = numbers.get(way)
        if number is None:
            ways.append(_way(t))
            number = numbers[way] = len(ways)
        jobs.append((t.record.id.key, number, *_brought(t)))
    return to_json((ways, jobs))


def renewals_json(renewals: Sequence[Renewal]) -> bytes:
    """Returns `[id, token, lane, alone, percent, message]` for each lease."""
    return to_json(
        [[r.job_id.key, str(r.token), r.lane, int(r.alone), r.percent, r.message] for r in renewals]
    )


def moves_json(moves: Sequence[Move]) -> bytes:
    """Returns `[id, targets, due, level, reason, keep_for, starts_over, claim]` for each move."""
    return to_json([_move(move) for move in moves])


def _way(t: Transition) -> Sequence[object]:
    span = (t.due or timedelta(0)) if t.target in DELAYED else t.keep_for
    return held_as(t.record.standing), LETTERS[t.target], tail_of(t.after), span_ms(span)


def _brought(t: Transition) -> Sequence[object]:
    if t.result_json is None and t.error is None:
        return ()
    result = False if t.result_json is None else t.result_json.decode()
    return (result,) if t.error is None else (result, t.error.model_dump_json())


def _move(move: Move) -> Sequence[object]:
    targets: Mapping[str, str] = {
        LETTERS[source]: LETTERS[row.target] if row.target else ""
        for source, row in move.rows.items()
    }
    return (
        move.job_id.key,
        targets,
        False if move.due is None else _due(move.due),
        move.priority.label if move.priority else "",
        move.reason or "-",
        span_ms(move.keep_for),
        int(any(row.starts_over for row in move.rows.values())),
        False if move.unique is None else _claim(move.unique),
    )


def _claim(claim: UniqueClaim) -> Sequence[object]:
    return claim.digest, "w" if claim.until_started else "e", span_ms(claim.period)


def _due(due: timedelta | datetime) -> int | str:
    """A delay as a number, an instant as a text: see `due_at` in the scripts."""
    return span_ms(due) if isinstance(due, timedelta) else str(to_ms(due))


def wish(claim: Claim | None, lease_for: timedelta) -> Sequence[int | str]:
    """Returns how many jobs are asked for and for how long, and of which levels unless of each."""
    if claim is None or claim.levels is ALL_LEVELS:
        return 0 if claim is None else claim.limit, span_ms(lease_for)
    return claim.limit, span_ms(lease_for), " ".join(LABELS[level] for level in claim.levels)
