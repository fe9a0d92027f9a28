"""What is done with rich for those who read. Import it only where something is shown to them."""

import sys
from typing import Final

from rich.console import Console
from rich.table import Table as RichTable

from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.table import Table

WIDE: Final = 250

# What reads a pipe needs whole words on whole lines.
console = Console(
    markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDE
)


def shown(told: Table | str) -> None:
    """Prints a table or a line; long words of a table are folded, save those of its first column.

    Nothing of either steers the terminal.
    """
    console.print(printable(told) if isinstance(told, str) else _drawn(told))


def _drawn(told: Table) -> RichTable:
    table = RichTable() if told.columns else RichTable(show_header=False, box=None)
    for number, column in enumerate(told.columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in told.rows:
        table.add_row(*map(printable, row))
    if told.total:
        table.add_section()
        table.add_row(*map(printable, told.total))
    return table
