"""What `import jobsys` gives, and what it costs."""

import os
import subprocess
import sys

import pytest

import jobsys


@pytest.mark.parametrize(
    "producer",
    ["import jobsys", "from jobsys import BaseJob, JobId, JobPriority, RetryPolicy"],
)
def test_importing_jobsys_costs_a_producer_no_adapter(producer: str) -> None:
    heavy = (
        *("dependency_injector", "redis", "typer", "rich", "apscheduler", "sqlite3", "PIL"),
        *("loguru", "yaml", "prometheus_client", "pydantic_settings", "tomllib"),
        *("asyncio", "multiprocessing", "logging", "subprocess", "hypothesis", "pytest"),
        *("jobsys.adapters", "jobsys.application", "jobsys.config", "jobsys.container"),
        *("jinja2", "aiosmtplib", "email.headerregistry"),
    )
    program = (
        f"import sys; before = set(sys.modules); {producer};"
        f"print([m for m in {heavy} if m in sys.modules and m not in before])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "[]\n"


def test_every_public_name_exists_and_no_other_is_invented() -> None:
    assert [name for name in jobsys.__all__ if not hasattr(jobsys, name)] == []
    assert sorted(jobsys.__all__) == list(jobsys.__all__) == dir(jobsys)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(jobsys, "nothing")  # noqa: B009 (a type checker refuses it as well)
