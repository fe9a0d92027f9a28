"""The composition root: the only room that knows every adapter."""

from jobsys.container.jobsys_container import JobsysContainer

__all__ = ["JobsysContainer"]
