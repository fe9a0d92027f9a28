"""The demo: real jobs on real files through crashes and shutdowns, and a proof of what became of them."""

from jobsys.demo.program import run

__all__ = ["run"]
