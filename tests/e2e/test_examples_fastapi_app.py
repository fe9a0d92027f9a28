"""The example of a web application, asked over HTTP while its lifespan runs a worker."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from examples.fastapi_app.app import create_app
from jobsys import Settings
from tests.support.processes import until


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(backend="memory://"))) as client:
        yield client


def test_what_one_endpoint_accepts_another_tells_the_end_of(client: TestClient) -> None:
    accepted = client.post("/texts", json={"text": "to be or not to be"})
    assert accepted.status_code == 202
    place = f"/jobs/{accepted.json()['job_id']}"
    until(lambda: client.get(place).json()["status"] == "completed")
    assert client.get(place).json()["result"] == 6


@pytest.mark.parametrize("job_id", ["default:never-was", "no id at all"])
def test_a_job_that_is_not_there_is_not_found(client: TestClient, job_id: str) -> None:
    assert client.get(f"/jobs/{job_id}").status_code == 404


def test_a_job_that_does_not_fit_is_refused_before_it_is_stored(client: TestClient) -> None:
    assert client.post("/texts", json={"txt": "a slip"}).status_code == 422
