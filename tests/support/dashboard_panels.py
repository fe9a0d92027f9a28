"""The panels of the dashboard of configs/grafana.

Expressions stand here as they are thought: `jobs_…` is the family of the chosen namespace, QUEUE and
TYPE are what is chosen of these, and RATE is the span of which Grafana asks a rate.
"""

import re
from collections.abc import Mapping
from typing import Final

from jobsys.domain.circuit_state import CircuitPhase
from jobsys.ports.metric_families import PHASES
from tests.support.grafana import LINES, STAT, Panel

WORDS: Final = {
    "QUEUE": 'queue=~"$queue"',
    "TYPE": 'type=~"$type"',
    "RATE": "$__rate_interval",
    # Every process tells the sizes of all queues: they do not add up.
    "WAITING": 'max by (queue, priority) (${namespace}_jobs_queue_size{queue=~"$queue"})',
}
BUSY: Final = "sum(jobs_active_workers) / (sum(jobs_worker_slots) > 0)"
COLOURS: Final[Mapping[CircuitPhase, str]] = {
    CircuitPhase.CLOSED: "green",
    CircuitPhase.HALF_OPEN: "yellow",
    CircuitPhase.OPEN: "red",
}
PHASE_WORDS: Final = {
    str(number): {"text": phase.value, "color": COLOURS[phase]} for phase, number in PHASES.items()
}


def stat(title: str, description: str, expr: str, unit: str = "short") -> Panel:
    """Returns a panel that shows one number."""
    return Panel(title, description, {title: said(expr)}, unit, "stat", 6, 4, STAT)


def lines(
    title: str, description: str, unit: str, targets: Mapping[str, str], **defaults: object
) -> Panel:
    """Returns a panel of lines over time; `targets` are expressions by what their lines are called."""
    exprs = {legend: said(expr) for legend, expr in targets.items()}
    return Panel(title, description, exprs, unit, drawn=LINES, defaults=defaults)


def said(expr: str) -> str:
    """Returns an expression as Grafana reads it."""
    named = re.sub(r"\bjobs_", "${namespace}_jobs_", expr)
    return re.sub("|".join(WORDS), lambda found: WORDS[found[0]], named)


def p95(family: str, by: str, labels: str) -> Mapping[str, str]:
    """Returns below what 95 of 100 observations lie, for each value of a label."""
    buckets = f"sum by (le, {by}) (rate({family}_bucket{{{labels}}}[RATE]))"
    return {f"{{{{{by}}}}}": f"histogram_quantile(0.95, {buckets})"}


NOW: Final = (
    stat("Waiting", "Jobs that wait for a worker.", "sum(WAITING)"),
    stat(
        "Oldest Waiting Job",
        "For how long the job has waited that is next in its line.",
        "max(jobs_oldest_waiting_seconds{QUEUE})",
        "s",
    ),
    stat("Busy Slots", "Of the slots that there are.", BUSY, "percentunit"),
    stat(
        "Dead Letters",
        "Jobs that failed for good in the time that is shown.",
        'sum(increase(jobs_processed_total{TYPE, status="failed"}[$__range]))',
    ),
)
FLOW: Final = (
    lines(
        "Job Processing Rate",
        "Attempts that ended, by outcome.",
        "ops",
        {"{{status}}": "sum by (status) (rate(jobs_processed_total{TYPE}[RATE]))"},
    ),
    lines(
        "Enqueued and Ended",
        "Where more are enqueued than end, the backlog grows. A job is counted as enqueued by the"
        " process that submits it: scrape that, too.",
        "ops",
        {
            "enqueued": "sum(rate(jobs_enqueued_total{TYPE}[RATE]))",
            "ended": 'sum(rate(jobs_processed_total{TYPE, status!="retrying"}[RATE]))',
        },
    ),
)
QUEUES: Final = (
    lines(
        "Queue Sizes by Priority",
        "Jobs that wait for a worker.",
        "short",
        {"{{priority}}": "sum by (priority) (WAITING)"},
        custom={"fillOpacity": 25, "stacking": {"mode": "normal", "group": "A"}},
    ),
    lines(
        "Backlog Growth by Queue",
        "By how many jobs a second a queue has grown over five minutes; below zero it shrinks.",
        "ops",
        {"{{queue}}": "deriv((sum by (queue) (WAITING))[5m:15s])"},
        min=None,
    ),
    lines(
        "Oldest Waiting Job by Queue",
        "One that only grows is starving.",
        "s",
        {"{{queue}}": "max by (queue) (jobs_oldest_waiting_seconds{QUEUE})"},
    ),
    lines(
        "Wait p95 by Queue",
        "How long jobs had been ready when they were claimed.",
        "s",
        p95("jobs_wait_seconds", "queue", "QUEUE"),
    ),
)
WORKERS: Final = (
    lines(
        "Worker Pool Utilization",
        "Slots that run a job, of those that there are.",
        "percentunit",
        {"busy": BUSY},
    ),
    lines(
        "Slots",
        "Wanted are those that have what waits begin in time.",
        "short",
        {
            "busy": "sum(jobs_active_workers)",
            "there are": "sum(jobs_worker_slots)",
            "wanted": "sum(max by (queue) (jobs_wanted_slots{QUEUE}))",
        },
    ),
)
TIMES: Final = (
    Panel(
        "Processing Time Distribution",
        "How long handlers ran, each attempt.",
        {"{{le}}": said("sum by (le) (rate(jobs_duration_seconds_bucket{TYPE}[RATE]))")},
        "s",
        "heatmap",
        drawn={"calculate": False, "yAxis": {"unit": "s"}, "color": {"scheme": "Oranges"}},
    ),
    lines(
        "Processing Time p95 by Job Type",
        "How long handlers ran, each attempt.",
        "s",
        p95("jobs_duration_seconds", "type", "TYPE"),
    ),
    lines(
        "Latency p95 by Queue",
        "From a job's submission to its end.",
        "s",
        p95("jobs_latency_seconds", "queue", "QUEUE"),
    ),
)
FAILED: Final = 'sum by (type) (rate(jobs_processed_total{TYPE, status=~"failed|retrying"}[RATE]))'
JUDGED: Final = 'sum by (type) (rate(jobs_processed_total{TYPE, status!="cancelled"}[RATE]))'
ERRORS: Final = (
    lines(
        "Error Rate by Job Type",
        "The share of attempts that failed, whether or not another followed.",
        "percentunit",
        {"{{type}}": f"{FAILED} / {JUDGED}"},
    ),
    lines(
        "Retries by Job Type",
        "Failed attempts after which another follows.",
        "ops",
        {"{{type}}": "sum by (type) (rate(jobs_retries_total{TYPE}[RATE]))"},
    ),
    Panel(
        "Circuits",
        "Where circuits stand: an open one keeps its jobs back.",
        {"{{circuit}}": said("max by (circuit) (jobs_circuit_state)")},
        kind="state-timeline",
        drawn={"showValue": "auto", "mergeValues": True},
        defaults={"mappings": [{"type": "value", "options": PHASE_WORDS}]},
    ),
    lines(
        "Jobs Held by Circuits",
        "Jobs kept back by a circuit.",
        "ops",
        {"{{circuit}}": "sum by (circuit) (rate(jobs_circuit_holds_total[RATE]))"},
    ),
    lines(
        "Leaked Threads",
        "Threads and tasks that go on although their attempt is over.",
        "short",
        {"{{instance}}": "sum by (instance) (jobs_leaked_threads)"},
    ),
)
PANELS: Final = (*NOW, *FLOW, *QUEUES, *WORKERS, *TIMES, *ERRORS)
