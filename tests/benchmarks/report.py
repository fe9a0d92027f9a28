"""The committed report: the figures as JSON, and the pages that show them."""

import json
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from tests.benchmarks.contenders import ROOT
from tests.benchmarks.run import Run
from tests.benchmarks.summary import summary
from tests.benchmarks.tables import tables

LATEST: Final = ROOT / "docs" / "benchmarks" / "latest.json"
PAGE: Final = ROOT / "docs" / "performance.md"
README: Final = ROOT / "README.md"
BEGIN: Final = "<!-- figures: written by ./dev bench --report -->\n"
END: Final = "<!-- end of figures -->\n"


def write(run: Run) -> None:
    """Stores a run, and shows it in both pages."""
    LATEST.parent.mkdir(exist_ok=True)
    told = json.dumps(run.as_json(), indent=1, ensure_ascii=False)
    LATEST.write_text(told + "\n", encoding="utf-8")
    for page, text in pages(latest()).items():
        page.write_text(text, encoding="utf-8")


def latest() -> Run:
    """Returns the run that is stored."""
    return TypeAdapter(Run).validate_json(LATEST.read_bytes())


def pages(run: Run) -> dict[Path, str]:
    """Returns both pages as they show this run."""
    return {
        page: with_figures(page.read_text(encoding="utf-8"), figures)
        for page, figures in ((PAGE, whole(run)), (README, summary(run)))
    }


def with_figures(page: str, figures: str) -> str:
    """Returns a page with other figures between its marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"


def whole(run: Run) -> str:
    """Returns everything that a run has shown."""
    lines = [
        f"Measured on {run.date}: medians of {run.rounds} rounds, at scale {run.scale:g}.",
        "",
        *(f"- {name}: {value}" for name, value in run.about.machine.items()),
        "",
        "Settings:",
        "",
        *(f"- {name}: `{value}`" for name, value in run.about.settings.items()),
        "",
    ]
    if versions := run.about.peers:
        lines += [
            f"Peers: {', '.join(f'{name} {number}' for name, number in versions.items())}.",
            "",
        ]
    return "\n".join(lines) + "\n" + tables(run.rows)
