"""A process of which monitors learn no more than that it answers."""

from jobsys.ports.probing import Answer, Probed


class NullProbed(Probed):
    """Watches others, and knows nothing of their jobs."""

    def answer(self, path: str) -> Answer | None:
        return Answer(200, {"status": "ok"}) if path == "/health/live" else None
