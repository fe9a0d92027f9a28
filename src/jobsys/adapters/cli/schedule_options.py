"""The options that say when a schedule fires, and what it does where that cannot be."""

from typing import Annotated, Final

import typer

from jobsys.adapters.cli.invocation import instant
from jobsys.adapters.cli.option_group import taking
from jobsys.application.schedule_arguments import JobArguments, schedule_rule
from jobsys.domain.schedule_policy import Misfire, Overlap
from jobsys.domain.schedule_rule import Fold, Gap, ScheduleRule

Cron = Annotated[str | None, typer.Option(help="Such as '0 2 * * *'; six fields have seconds.")]
Every = Annotated[str | None, typer.Option(help="An interval: 30s, 5m, 12h.")]
At = Annotated[str | None, typer.Option(help="Once: 2030-01-31T02:00:00+01:00.")]
Zone = Annotated[str, typer.Option(help="Of the cron expression: Europe/Berlin.")]
AtGap = Annotated[
    Gap, typer.Option(help="A time that a clock change leaves out: after it, or not.")
]
AtFold = Annotated[Fold, typer.Option(help="A time that comes twice: which of the two passes.")]
Start = Annotated[str | None, typer.Option(help="Nothing fires before this instant.")]
End = Annotated[str | None, typer.Option(help="Nothing fires after this instant.")]
MaxRuns = Annotated[int | None, typer.Option(help="It makes so many jobs, then no more.")]
Jitter = Annotated[str | None, typer.Option(help="Each job is due up to so much later.")]


def _rule(
    cron: Cron = None,
    every: Every = None,
    at: At = None,
    timezone: Zone = "UTC",
    gap: AtGap = Gap.AFTER,
    fold: AtFold = Fold.FIRST,
    start: Start = None,
    end: End = None,
    max_runs: MaxRuns = None,
    jitter: Jitter = None,
) -> ScheduleRule:
    return schedule_rule(
        cron=cron,
        every=every,
        at=instant("--at", at),
        timezone=timezone,
        gap=gap,
        fold=fold,
        start=instant("--start", start),
        end=instant("--end", end),
        max_runs=max_runs,
        jitter=jitter,
    )


def _policy(
    misfire: Annotated[Misfire, typer.Option(help="Missed fire times.")] = Misfire.LATEST,
    misfire_limit: Annotated[int, typer.Option(help="How many of all are made up for.")] = 10,
    deadline: Annotated[
        str | None, typer.Option(help="Missed before that: not made up for.")
    ] = None,
    overlap: Annotated[Overlap, typer.Option(help="While the job before goes on.")] = Overlap.ALLOW,
) -> JobArguments:
    return JobArguments(
        misfire=misfire, misfire_limit=misfire_limit, deadline=deadline, overlap=overlap
    )


by_rule: Final = taking("rule", _rule)
"""Gives a verb the options of a rule, which it takes as `rule`."""
by_policy: Final = taking("policy", _policy)
"""Gives a verb the options of a policy, which it takes as `policy`."""
