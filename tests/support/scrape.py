"""What a scrape says, as the snapshot that it tells of."""

from itertools import pairwise
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from jobsys.ports.metric_families import (
    FAMILIES,
    Distribution,
    Family,
    Kind,
    Labels,
    MetricsSnapshot,
    Reading,
)

KNOWN = {family.name: family for family in FAMILIES}


def scraped(registry: CollectorRegistry, namespace: str = "jobsys") -> MetricsSnapshot:
    """Reads the text that a registry is scraped as back into a snapshot."""
    return told(generate_latest(registry).decode(), namespace)


def told(text: str, namespace: str = "jobsys") -> MetricsSnapshot:
    """Reads exposition text back into a snapshot."""
    readings: dict[str, Reading] = {}
    for metric in text_string_to_metric_families(text):
        name = metric.name.removeprefix(f"{namespace}_")
        name += "_total" if metric.type == "counter" else ""
        family = KNOWN.get(name) or _family(name, Kind(metric.type), metric.samples)
        readings[name] = _reading(family, metric.samples)
    return MetricsSnapshot(readings)


def _family(name: str, kind: Kind, samples: list[Sample]) -> Family:
    labels = {label for sample in samples for label in sample.labels} - {"le"}
    return Family(name, kind, tuple(sorted(labels)), "Counted by a handler.")


def _reading(family: Family, samples: list[Sample]) -> Reading:
    if family.kind is not Kind.HISTOGRAM:
        return Reading(family, {_labels(family, sample): sample.value for sample in samples})
    buckets: dict[Labels, list[float]] = {}
    totals: dict[Labels, float] = {}
    for sample in samples:
        labels = _labels(family, sample)
        if sample.name.endswith("_bucket"):
            buckets.setdefault(labels, [0]).append(sample.value)
        elif sample.name.endswith("_sum"):
            totals[labels] = sample.value
    return Reading(
        family,
        distributions={
            labels: Distribution(tuple(int(b - a) for a, b in pairwise(up_to)), totals[labels])
            for labels, up_to in buckets.items()
        },
    )


def _labels(family: Family, sample: Sample) -> Labels:
    return tuple(sample.labels[label] for label in family.labels)


def seen_at(port: int) -> MetricsSnapshot:
    """Reads the page that is served at a port of this host; nothing is seen while there is none."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text: bytes = answer.read()
    except URLError:
        return MetricsSnapshot()
    return told(text.decode())
