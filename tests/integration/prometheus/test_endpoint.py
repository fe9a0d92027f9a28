"""Metrics over HTTP, as long as the application runs."""

import asyncio
import logging
import socket
from urllib.request import urlopen

import pytest

from jobsys import BaseJob, ConfigurationError, JobContext, JobsysContainer, Settings
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.prometheus.endpoint import MetricsEndpoint
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.ports.metric_families import (
    DURATION,
    ENQUEUED,
    FAMILIES,
    LATENCY,
    PROCESSED,
    QUEUE_SIZE,
    WAIT,
)
from tests.support.processes import free_port
from tests.support.scrape import told
from tests.support.workshop import SOON, until


class Greet(BaseJob):
    name: str = "Ada"


async def got(port: int) -> str:
    def get() -> str:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text: bytes = answer.read()
            return text.decode()

    return await asyncio.to_thread(get)


def container_of(**metrics: object) -> JobsysContainer:
    settings = Settings.model_validate({"backend": "memory://", "metrics": metrics})
    container = JobsysContainer(settings)

    @container.handles(Greet)
    async def greet(job: Greet, context: JobContext) -> None:
        context.metrics.counter("greetings", lang="en")

    return container


async def test_a_scrape_shows_every_family_of_what_a_worker_has_done() -> None:
    port = free_port()
    container = container_of(port=port, namespace="shop", collection_interval="10ms")
    async with container.lifecycle():
        jobs = container.job_service()
        await jobs.wait(await jobs.submit(Greet()), SOON)
        await until(lambda: container.metrics().snapshot().number(PROCESSED, "greet", "completed"))
        await until(lambda: container.metrics().snapshot().readings[QUEUE_SIZE.name].numbers)
        text = await got(port)
    assert all(line.startswith(("shop_jobs_", "# ")) for line in text.splitlines())
    seen = told(text, "shop")
    assert {family.name for family in FAMILIES} <= set(seen.readings)
    assert seen.number(ENQUEUED, "greet", "normal") == 1
    assert seen.number(PROCESSED, "greet", "completed") == 1
    assert seen.distribution(DURATION, "greet").count == 1
    assert seen.distribution(WAIT, "default", "normal").count == 1
    assert seen.distribution(LATENCY, "default").count == 1
    assert ("default", "low") in seen.readings[QUEUE_SIZE.name].numbers
    assert seen.readings["jobs_custom_greetings_total"].numbers == {("en",): 1}
    with pytest.raises(OSError, match="refused"):
        await got(port)


async def test_a_port_that_is_taken_costs_a_warning_that_says_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        container = container_of(port=port)
        async with container.lifecycle():
            jobs = container.job_service()
            await jobs.wait(await jobs.submit(Greet()), SOON)
    [record] = [each for each in caplog.records if each.name == "jobsys.metrics"]
    assert record.levelno == logging.WARNING
    assert f"port {port} of 127.0.0.1" in record.message
    assert "--metrics-port" in record.message


async def test_it_starts_and_stops_as_often_as_it_is_told() -> None:
    registry = PrometheusJobMetrics(MemoryJobMetrics(), "jobsys").registry
    endpoint = MetricsEndpoint(registry, "127.0.0.1", 0)
    await endpoint.stop()
    for _ in range(2):
        await endpoint.start()
        await endpoint.start()
        assert endpoint.port is not None
        assert "jobsys_jobs_active_workers 0.0" in await got(endpoint.port)
        await endpoint.stop()
        await endpoint.stop()
        assert endpoint.port is None


async def test_without_a_port_nothing_is_served_and_the_settings_may_be_overruled() -> None:
    container, port = container_of(), free_port()
    container.serve_metrics(port)
    async with container.lifecycle():
        assert "jobsys_jobs_active_workers" in await got(port)


async def test_metrics_that_are_off_sample_nothing_and_cannot_be_served() -> None:
    container = container_of(enabled=False)
    with pytest.raises(ConfigurationError, match="switched off"):
        container.serve_metrics(9464)
    async with container.lifecycle():
        assert not [t for t in asyncio.all_tasks() if t.get_name() == "jobsys-queue-gauges"]
        jobs = container.job_service()
        await jobs.wait(await jobs.submit(Greet()), SOON)
    assert not container.metrics().snapshot().readings
