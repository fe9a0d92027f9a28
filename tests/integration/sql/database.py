"""How a test opens a database of the host's own."""

import sqlite3
from collections.abc import Callable

Connect = Callable[[], sqlite3.Connection]
