"""A run under faults that shows what must not be does not keep its promise."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from jobsys.testing.faults.ledger import Entry, Ledger
from tests.chaos import deaths, dependency, endings, kills, network, ordeals, restarts, signals
from tests.chaos.app import Moment
from tests.chaos.figures import Figures
from tests.chaos.traffic import opened

KILLS = kills.Figures(
    backend="redis", seed=1, kills=9, jobs=90, lost=0, interrupted=9, run_twice=1, poison=0,
    self_exits=0, rerun_p50=1.0, rerun_p99=2.0, rerun_max=11.0,
)  # fmt: skip
DEATHS = deaths.Figures(
    backend="redis", seed=1, deaths=9, late=0, run_twice=0, rerun_p50=0.3, rerun_p99=1.0,
    rerun_max=1.0,
)  # fmt: skip
ENDING = endings.Figures(
    ending="segfault", jobs=1, right=1, late=1.0, wait_p99=1.0, left=0, ratio=0.9,
)  # fmt: skip
RESTARTS = restarts.Figures(
    fault="kills", seed=1, jobs=200, kills=2, at_risk=0, in_hand=4, forgotten=0, lost=0, broken=0,
    poison=0, run_twice=7, stuck=0, self_exits=0, alarms=0, drained=11.0,
)  # fmt: skip
SIGNALS = signals.Figures(
    backend="redis", seed=1, signals=9, jobs=90, lost=0, wrong_codes=0, late=0, slowest=1.9,
    spent=0, begun_after=0,
)  # fmt: skip
LONG = ordeals.Figures(
    ordeal="long jobs", backend="redis", jobs=2, done=2, again=0, spent=0, starts=0, seconds=10.0,
    told=1.5,
)  # fmt: skip
POISON = replace(LONG, ordeal="poison", jobs=50, done=50, again=4, starts=3, seconds=15.0, told=0)
NETWORK = network.Figures(
    fault="cut connections", seed=1, jobs=200, lost=0, run_twice=2, stored=200, completed=200,
    enqueued=200, processed=200, broken_off=2, leaked=0, errors=3, alarms=0, back=5.0, ready=2.0,
)  # fmt: skip
OUTAGE = dependency.Figures(
    backend="redis", seed=1, jobs=1000, lost=0, down=60.0, period=10.0, called=27, probes=7, spent=17,
    more=0, claims=9, crowd=3.0, first=12.0, after=42.0,
)  # fmt: skip
BROKEN = [
    replace(KILLS, lost=1),
    replace(KILLS, self_exits=1),
    replace(KILLS, rerun_max=11.1),
    replace(DEATHS, late=1),
    replace(DEATHS, run_twice=1),
    replace(ENDING, right=0),
    replace(ENDING, late=1.001),
    replace(ENDING, wait_p99=1.001),
    replace(ENDING, left=1),
    replace(ENDING, ratio=0.899),
    replace(RESTARTS, broken=1),
    replace(RESTARTS, stuck=1),
    replace(RESTARTS, self_exits=1),
    replace(RESTARTS, alarms=1),
    replace(RESTARTS, run_twice=8),
    replace(RESTARTS, drained=11.1),
    replace(SIGNALS, lost=1),
    replace(SIGNALS, wrong_codes=1),
    replace(SIGNALS, late=1),
    replace(SIGNALS, spent=1),
    replace(SIGNALS, begun_after=1),
    replace(LONG, done=1),
    replace(LONG, spent=1),
    replace(LONG, again=1),
    replace(LONG, told=1.6),
    replace(POISON, done=49),
    replace(POISON, spent=1),
    replace(POISON, starts=2),
    replace(POISON, starts=4),
    replace(POISON, seconds=15.1),
    replace(OUTAGE, lost=1),
    replace(OUTAGE, more=1),
    replace(OUTAGE, probes=8),
    replace(OUTAGE, crowd=3.1),
    replace(OUTAGE, after=42.1),
    replace(NETWORK, lost=1),
    replace(NETWORK, stored=199),
    replace(NETWORK, completed=199),
    replace(NETWORK, processed=201),
    replace(NETWORK, run_twice=3),
    replace(NETWORK, leaked=1),
    replace(NETWORK, alarms=1),
    replace(NETWORK, back=5.1),
    replace(NETWORK, ready=2.1),
]


@pytest.mark.parametrize(
    "figures", [KILLS, DEATHS, ENDING, RESTARTS, SIGNALS, LONG, POISON, NETWORK, OUTAGE]
)
def test_figures_at_their_bounds_are_as_promised(figures: Figures) -> None:
    assert figures.promised


@pytest.mark.parametrize("figures", BROKEN)
def test_one_figure_beyond_its_bound_breaks_the_promise(figures: Figures) -> None:
    assert not figures.promised


def test_a_job_that_came_to_two_ends_is_counted_once() -> None:
    entries = [Entry("end", job) for job in ("a", "b", "b", "c")] + [Entry("begin", "c")]
    assert deaths.run_twice(entries) == 1


async def test_what_was_accepted_and_has_no_end_is_lost_and_what_is_unknown_is_forgotten(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path / "ledger")
    async with opened(f"sqlite:///{tmp_path / 'jobs.db'}") as app:
        jobs = await app.job_service().submit_many([Moment(milliseconds=1)] * 3)
        for job in (*jobs, "default:unknown"):
            ledger.note("accepted", job)
        for job in (jobs[0], jobs[0], jobs[1]):
            ledger.note("end", job)
        seen = await restarts.seen(app, ledger, (inf, inf), may_lose=True)
        then = ledger.entries()[3].at
        excused = await restarts.seen(app, ledger, (then, then), may_lose=True)
    ledger.close()
    expected = {"jobs": 4, "forgotten": 1, "lost": 2, "broken": 2, "run_twice": 1, "stuck": 3}
    assert expected.items() <= seen.items()
    assert (excused["at_risk"], excused["broken"]) == (1, 1)
