"""The backends that a program names by URL."""

from pathlib import Path

import pytest


@pytest.fixture(params=["memory", "sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty backend, of each kind in turn."""
    if request.param == "redis":
        return str(request.getfixturevalue("clean_redis_url"))
    return "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/jobs.db"
