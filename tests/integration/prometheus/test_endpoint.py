"""Metrics over HTTP, as long as the application runs."""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import ExitStack
from threading import Thread
from threading import enumerate as enumerate_threads
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from jobsys import (
    BaseJob,
    Circuit,
    ConfigurationError,
    JobContext,
    JobsysContainer,
    RetryPolicy,
    Settings,
)
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.adapters.null.probed import NullProbed
from jobsys.adapters.prometheus.endpoint import MOST_AT_ONCE, MetricsEndpoint
from jobsys.adapters.prometheus.job_metrics import PrometheusJobMetrics
from jobsys.application import probes
from jobsys.application.overview import FRESH, Overview, Survey
from jobsys.application.worker import Worker
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
    endpoint = MetricsEndpoint(registry, NullProbed(), "127.0.0.1", 0)
    await endpoint.stop()
    for _ in range(2):
        await endpoint.start()
        await endpoint.start()
        assert endpoint.port is not None
        assert "jobsys_jobs_active_workers 0.0" in await got(endpoint.port)
        await endpoint.stop()
        await endpoint.stop()
        assert endpoint.port is None


@pytest.fixture
async def served() -> AsyncIterator[int]:
    registry = PrometheusJobMetrics(MemoryJobMetrics(), "jobsys").registry
    endpoint = MetricsEndpoint(registry, NullProbed(), "127.0.0.1", 0)
    await endpoint.start()
    assert endpoint.port is not None
    yield endpoint.port
    await endpoint.stop()


def answering_threads() -> int:
    return sum("process_request" in thread.name for thread in enumerate_threads())


async def test_many_who_hold_their_connections_open_keep_nobody_from_being_answered(
    served: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.prometheus.endpoint._Silent.timeout", 600)
    with ExitStack() as held:
        for number in range(100):
            one = held.enter_context(socket.create_connection(("127.0.0.1", served)))
            one.sendall(b"GET /metrics HTTP/1.1\r\nX-Slow: ")
            if number % 25 == 0:
                assert "jobsys_jobs_active_workers" in await got(served)
        await until(lambda: answering_threads() <= MOST_AT_ONCE)
        assert "jobsys_jobs_active_workers" in await got(served)


async def test_one_who_says_nothing_is_hung_up_on_and_no_stack_trace_is_written(
    served: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("jobsys.adapters.prometheus.endpoint._Silent.timeout", 0.05)
    with socket.create_connection(("127.0.0.1", served), timeout=10) as one:
        one.sendall(b"GET /met")
        assert await asyncio.to_thread(one.recv, 1) == b""
    with socket.create_connection(("127.0.0.1", served)) as another:
        another.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        another.sendall(b"GET /met")  # and a reset
    await until(lambda: not answering_threads())
    assert capfd.readouterr().err == ""


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


async def asked(port: int, path: str) -> tuple[int, dict[str, object]]:
    def ask() -> tuple[int, dict[str, object]]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as refused:
            return refused.code, json.loads(refused.read())

    return await asyncio.to_thread(ask)


async def test_monitors_ask_beside_the_metrics_whether_jobs_get_done() -> None:
    port = free_port()
    async with container_of(port=port).lifecycle():
        for path in ("live", "ready", "jobs", "queues", "workers"):
            assert await until_well(port, path) == "ok"
        assert (await asked(port, "/health/else"))[0] == 404
        workers = (await asked(port, "/health/workers"))[1]
        assert workers["ready"] == 1


async def test_a_loop_that_is_blocked_is_told_by_the_process_that_it_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probes, "BLOCKED_AFTER", 0.6)
    monkeypatch.setattr(probes, "ANSWERED_WITHIN", 0.1)
    port, found = free_port(), list[tuple[int, dict[str, object]]]()

    def ask() -> None:
        for path in ("live", "jobs"):
            found.append(asyncio.run(asked(port, f"/health/{path}")))

    async with container_of(port=port).lifecycle():
        asker, begun = Thread(target=ask), monotonic()
        while monotonic() - begun < 0.8:
            pass
        asker.start()
        asker.join()  # the loop stands still until both are answered
        assert [status for status, _ in found] == [503, 503]
        assert "loop_blocked" in str(found[0][1]["reasons"])
        assert await until_well(port, "live") == "ok"


async def until_well(port: int, path: str) -> object:
    """What a path says once all is well."""
    async with asyncio.timeout(SOON.total_seconds()):
        while True:
            status, told = await asked(port, f"/health/{path}")
            if status == 200:
                return told["status"]


async def test_a_worker_that_could_not_claim_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    async with container_of(port=port).lifecycle():
        assert await until_well(port, "ready") == "ok"
        monkeypatch.setattr(Worker, "is_ready", False)
        async with asyncio.timeout(SOON.total_seconds()):
            while (await asked(port, "/health/ready"))[0] == 200:
                pass
        assert "not_ready" in str((await asked(port, "/health/ready"))[1])


async def test_however_many_monitors_ask_at_once_the_store_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads, read = list[float](), Survey.read

    async def counted(survey: Survey) -> Overview:
        reads.append(monotonic())
        return await read(survey)

    monkeypatch.setattr(Survey, "read", counted)
    port = free_port()
    async with container_of(port=port).lifecycle():
        begun = monotonic()
        paths = ["/health/jobs", "/health/queues", "/health/workers"] * 8
        answers = await asyncio.gather(*(asked(port, path) for path in paths))
        assert [status for status, _ in answers] == [200] * len(paths)
        assert 1 <= len(reads) <= 1 + (monotonic() - begun) / FRESH


class Pay(BaseJob):
    retry = RetryPolicy(max_attempts=2)
    circuit = Circuit("bank", failures=1)


async def test_nobody_is_told_at_the_port_what_jobs_said_as_they_failed() -> None:
    port = free_port()
    container = container_of(port=port)

    @container.handles(Pay)
    async def pay(job: Pay, context: JobContext) -> None:
        raise ConnectionError("no account 4711")

    async with container.lifecycle(), asyncio.timeout(20):
        jobs, health = container.job_service(), ""
        await jobs.submit(Pay())
        while "circuit bank is open" not in health:
            health = json.dumps(await asked(port, "/health/jobs"))
        [bank] = await jobs.circuits.states()
    assert bank.last_error == "ConnectionError: no account 4711"
    assert "4711" not in health
