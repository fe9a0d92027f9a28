"""`jobsys config`: which settings hold, and why."""

from dataclasses import replace
from typing import cast

import typer

from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, show
from jobsys.adapters.cli.table import Table
from jobsys.config.effective import Effective, effective


def show_config(context: typer.Context, as_json: Json = False) -> None:
    """Show each setting that holds and where it was found; secrets are masked."""
    given = cast("Invocation", context.obj)
    options = {
        "JOBSYS_BACKEND": ("--backend", given.backend),
        "JOBSYS_CONFIG": ("--config", given.config),
    }
    renamed = {variable: option for variable, (option, said) in options.items() if said}
    found = [
        replace(one, place=renamed.get(one.place, one.place))
        for one in effective(given.application().settings())
    ]
    if given.as_json or as_json:
        print_json([{"name": one.name, "value": one.value, "from": one.place} for one in found])
    else:
        show(_table(found))


def _table(found: list[Effective]) -> Table:
    rows = [(one.name, _text(one.value), one.place) for one in found]
    return Table(("setting", "value", "from"), rows)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return "" if value in (None, {}) else str(value)
