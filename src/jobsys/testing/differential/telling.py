"""Tells a story to a backend and writes down what it answers."""

from collections.abc import Sequence

from jobsys.ports.job_inspector import JobQuery
from jobsys.testing.differential.operation import Check, Count, Find, Operation
from jobsys.testing.differential.plain import Plain, plain
from jobsys.testing.differential.scene import Scene
from jobsys.testing.whole_backend import WholeBackend

History = list[Plain]


async def tell(backend: WholeBackend, story: Sequence[Operation]) -> History:
    """Returns the answer to each step, and at the end all that can be seen of the backend."""
    await backend.reset()
    scene = Scene(backend)
    history = [plain(await step.act(scene)) for step in story]
    history.append([plain(await look.act(scene)) for look in _EVERYTHING])
    return history


_EVERYTHING: Sequence[Operation] = (Find(JobQuery(), 100), Count(), Check())
