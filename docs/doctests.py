"""Shows the examples of docstrings as code; only the build of the site uses it."""

import re
from typing import Final

from griffe import Extension, GriffeLoader, Object

EXAMPLE: Final = re.compile(r"^>>> .*(?:\n(?!\s*$).+)*", re.MULTILINE)


class Doctests(Extension):
    """Puts a fence around each example."""

    def on_object(self, *, obj: Object, loader: GriffeLoader, **kwargs: object) -> None:
        """Changes the docstring in place."""
        if obj.docstring is not None:
            obj.docstring.value = EXAMPLE.sub(r"```pycon\n\g<0>\n```", obj.docstring.value)
