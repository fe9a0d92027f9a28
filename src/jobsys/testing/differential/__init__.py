"""Tells one story to several backends and demands one history.

`stories` makes stories up, `tell` tells one to a backend, `first_difference` compares, and
`shortest` finds what matters in a story that is told differently.
"""

from jobsys.testing.differential.comparison import first_difference
from jobsys.testing.differential.operation import Operation
from jobsys.testing.differential.shortening import shortest
from jobsys.testing.differential.stories import stories
from jobsys.testing.differential.telling import History, tell

__all__ = ["History", "Operation", "first_difference", "shortest", "stories", "tell"]
