"""The last line of a test run: what was left out unless asked for."""

from collections import Counter

import pytest

LEFT_OUT = ("browser", "docker", "prometheus", "root")
OUTPUT = "jobsys_left_out"


class DeselectedLine:
    """Counts the deselected tests that need more than a plain machine, in all test processes."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.counts: Counter[str] = Counter()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        for item in items:
            self.counts.update(name for name in LEFT_OUT if item.get_closest_marker(name))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        if (output := getattr(self.config, "workeroutput", None)) is not None:
            output[OUTPUT] = dict(self.counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        # Every process collects every test: the numbers agree, they do not add up.
        self.counts |= Counter(getattr(node, "workeroutput", {}).get(OUTPUT, {}))

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or hasattr(self.config, "workerinput"):
            return
        left_out = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        reporter.line(
            f"left out: {left_out} (ask for them with -m)" if left_out else "left out: nothing"
        )
