"""A table before anybody draws it."""

from collections.abc import Iterable, Sequence

from jobsys.domain.value import value


@value
class Table:
    """Rows of text below the names of their columns, if these have names; `total` comes last."""

    columns: Sequence[str]
    rows: Iterable[Sequence[str]]
    total: Sequence[str] = ()
