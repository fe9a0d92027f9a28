"""An application that can be imported once, and begins a thread."""

import os
from pathlib import Path

from tests.support.threaded_app import container

__all__ = ["container"]

try:
    Path(os.environ["FAILS_AFTER"]).unlink()
except FileNotFoundError:
    raise FileNotFoundError("it can be imported once") from None
