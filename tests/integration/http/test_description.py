"""The API does what its OpenAPI description says, whatever it is asked within it and beside it."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from jobsys.adapters.http import create_app
from jobsys.adapters.http.route_table import ROUTES, Row
from tests.integration.http.conftest import Fail, Greet, bearer, container_for, dashboard, served

# Schemathesis draws with it on purpose, from what Hypothesis has seeded.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")


Drawn = schemathesis.Case[Any]  # of whatever kind of operation


def wrong_data_is_refused(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: Drawn
) -> bool | None:
    """The check of Schemathesis, but for a parameter that is wrong and that no URL can say."""
    sent = parse_qs(urlsplit(str(response.request.url)).query, keep_blank_values=True)
    is_said = not set(case.query or ()) - set(sent)
    return negative_data_rejection(context, response, case) if is_said else None


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    wrong_data_is_refused,
    unsupported_method,
    ignored_auth,
]
EXAMPLES = 12
ENDLESS = {"/api/events", "/api/live"}


def spelled(row: Row) -> str:
    return f"{row.method} {row.path}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server in a thread of its own, with jobs that wait and one that has failed."""
    told, stop = list[str](), asyncio.Event()
    begun, loop = threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        container = container_for({**dashboard(), "submits_per_minute": 100_000}, worker=True)
        async with served(container) as client:
            await container.job_service().submit_many([Greet(name="Ada"), Fail()], delay="1h")
            told.append(str(client.base_url))
            begun.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    assert begun.wait(20)
    yield told[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


SCHEMA = schemathesis.openapi.from_dict(create_app(container_for()).openapi())


ANSWERED = [row for row in ROUTES if row.path not in ENDLESS]
TAKES_NOTHING = {"/health/live", "/health/ready"}
ASKED = [
    (row, mode)
    for row in ANSWERED
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or row.path not in TAKES_NOTHING  # nothing can be wrong
]


@pytest.mark.parametrize(
    ("row", "mode"), ASKED, ids=[f"{spelled(row)}-{mode.value}" for row, mode in ASKED]
)
def test_whatever_is_asked_of_a_route_is_answered_as_it_is_described(
    url: str, row: Row, mode: GenerationMode
) -> None:
    @settings(
        derandomize=True,
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=SCHEMA[row.path][row.method].as_strategy(generation_mode=mode))
    def asked(case: Drawn) -> None:
        case.call_and_validate(
            base_url=url, headers={**bearer("admin"), "X-Jobsys-Request": "1"}, checks=CHECKS
        )

    asked()


async def test_the_description_names_every_route_and_the_way_to_say_who_one_is() -> None:
    described = create_app(container_for()).openapi()
    found = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert found == {(row.method, row.path) for row in ROUTES}
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    secured = [
        (method.upper(), path)
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if "security" in operation
    ]
    assert set(secured) == {(row.method, row.path) for row in ROUTES if row.role}
