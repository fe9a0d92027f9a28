"""Counts the conformance tests that each backend passed, and demands equal numbers in a suite.

A conformance test says whose promise it checks, on its class or on its fixture's parameter:

    @pytest.mark.contract(suite="JobQueue", backend="memory")
"""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

CONTRACT_FOLDER = Path(__file__).parents[1] / "contract"
PROPERTY = "contract"


class ContractTable:
    """The table suite x backend, gathered from the reports of all test processes."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if mark := item.get_closest_marker("contract"):
                cell = f"{mark.kwargs['suite']}/{mark.kwargs['backend']}"
                item.user_properties.append((PROPERTY, cell))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        for name, cell in report.user_properties:
            if name == PROPERTY:
                suite, backend = str(cell).split("/")
                self.passed[suite][backend] += 1

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self.unequal():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.passed:
            return
        terminalreporter.section("conformance tests passed")
        for line in self.lines():
            terminalreporter.line(line)
        if unequal := self.unequal():
            terminalreporter.line(f"unequal numbers in: {', '.join(unequal)}", red=True, bold=True)

    def lines(self) -> list[str]:
        backends = sorted({backend for counts in self.passed.values() for backend in counts})
        width = max(map(len, self.passed)) + 2
        rows = [["", *backends]]
        rows += [
            [s, *(str(self.passed[s][b] or "-") for b in backends)] for s in sorted(self.passed)
        ]
        return [row[0].ljust(width) + "".join(cell.rjust(12) for cell in row[1:]) for row in rows]

    def unequal(self) -> list[str]:
        """Returns the suites whose backends passed different numbers, if all of them ran."""
        if not self._whole_folder_ran():
            return []
        return sorted(s for s, counts in self.passed.items() if len(set(counts.values())) > 1)

    def _whole_folder_ran(self) -> bool:
        option = self.config.option
        if option.keyword or option.deselect or getattr(option, "lf", False):
            return False
        if option.markexpr != _default_markexpr(self.config):
            return False
        # invocation_params: under pytest-xdist a relative path means the caller's folder.
        base = self.config.invocation_params.dir
        targets = [(base / argument).resolve() for argument in self.config.args]
        return any(CONTRACT_FOLDER.is_relative_to(target) for target in targets)


def _default_markexpr(config: pytest.Config) -> str:
    options: list[str] = config.getini("addopts")
    return next((o.removeprefix("-m=") for o in options if o.startswith("-m=")), "")
