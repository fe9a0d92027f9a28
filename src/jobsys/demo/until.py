"""Waiting for what another process does."""

import asyncio
from collections.abc import Callable
from typing import Final

LOOK_EVERY: Final = 0.02


async def until(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds."""
    while not condition():  # noqa: ASYNC110 (another process cannot set our event)
        await asyncio.sleep(LOOK_EVERY)
