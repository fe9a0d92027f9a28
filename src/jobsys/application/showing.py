"""Letting others see that a worker is there."""

import asyncio
import logging

from jobsys.ports.presence import Presence

log = logging.getLogger("jobsys.presence")


async def show(worker: str, presence: Presence, shown: asyncio.Event) -> None:
    """Shows a worker until it is cancelled; `shown` is set once it is seen, or cannot be."""
    try:
        async with presence.present(worker):
            shown.set()
            await asyncio.Event().wait()
    except Exception as error:  # noqa: BLE001 (the leases decide)
        log.warning("worker %s cannot be seen to die: %r", worker, error)
    finally:
        shown.set()
