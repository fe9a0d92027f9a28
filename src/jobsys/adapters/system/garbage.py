"""When Python looks for garbage that refers to itself."""

import gc

from jobsys.ports.lifecycle import Component


class RareCollection(Component):
    """Lets Python look less often while jobs run: each look walks over all that is in flight.

    `every` is how many new objects there are between two looks. A process that looks even more
    seldom, or never, is left as it is; a stop puts back what was before, unless another has
    chosen meanwhile.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._before: int | None = None

    async def start(self) -> None:
        threshold = gc.get_threshold()[0]
        if self._before is None and 0 < threshold < self._every:
            self._before = threshold
            gc.set_threshold(self._every)

    async def stop(self) -> None:
        before, self._before = self._before, None
        if before is not None and gc.get_threshold()[0] == self._every:
            gc.set_threshold(before)
