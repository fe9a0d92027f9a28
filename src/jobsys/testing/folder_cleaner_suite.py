"""The conformance suite of the port `FolderCleaner`: every adapter, ours or yours, passes it."""

from jobsys.testing.suites.sweep import SweepSuite


class FolderCleanerSuite(SweepSuite):
    """Subclass it as `TestYourFolderCleaner`, in a module with fixtures `cleaner` and `root`.

    `root` is an empty folder on this machine that `cleaner` allows, first of all.
    """
