"""What redis-py raises or swallows around a call is told in the words of the ports."""

import asyncio
from contextlib import suppress

import pytest
from redis.exceptions import AuthenticationError, NoPermissionError
from redis.exceptions import ConnectionError as LostConnection

from jobsys.adapters.redis.errors import translated
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import QueueUnavailable


@pytest.mark.parametrize("error", [LostConnection("gone"), TimeoutError(), ConnectionResetError()])
async def test_a_redis_that_is_not_reached_is_named_and_unavailable(error: Exception) -> None:
    unreached = pytest.raises(QueueUnavailable, match="Redis at here is not available")
    with unreached as told, translated("here"):
        raise error
    assert told.value.__cause__ is error


@pytest.mark.parametrize("error", [NoPermissionError("no"), AuthenticationError("no")])
async def test_a_user_who_is_refused_is_a_fault_of_the_configuration(error: Exception) -> None:
    refused = pytest.raises(ConfigurationError, match="Redis at here refuses this user")
    with refused, translated("here"):
        raise error


async def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), translated("here"):
        raise ZeroDivisionError


async def test_a_cancel_that_was_swallowed_is_raised() -> None:
    async def swallow() -> None:
        with translated("here"), suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(swallow(), 0.01)
