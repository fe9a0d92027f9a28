"""The verdict on a good demo in which something was changed."""

from collections.abc import Callable

from jobsys.demo.verdict import Verdict, verdict_on
from tests.unit.demo.good_demo import Demo, good_demo


def judged(*changes: Callable[[Demo], object]) -> Verdict:
    demo = good_demo()
    for change in changes:
        change(demo)
    return verdict_on(demo.evidence())


def scenarios_not_ok(verdict: Verdict) -> list[str]:
    return [row.scenario for row in verdict.rows if not row.ok]
