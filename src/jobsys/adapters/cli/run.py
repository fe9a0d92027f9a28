"""One run of the command line: its exit code, and one line for whatever went wrong."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from jobsys.adapters.cli.commands import cli
from jobsys.adapters.cli.exit_codes import exit_code_of
from jobsys.adapters.cli.invocation import Invocation
from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.show_config import show_config
from jobsys.adapters.cli.target import Application
from jobsys.domain.errors import JobsysError


def run(
    make: Callable[[], Application], demo: Callable[[Path | None, str | None, bool], int]
) -> None:
    """Ends the process: with 0 when all is done, else as `exit_codes` says."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    last_words = ""
    cli.command("config")(show_config)
    try:
        cli(obj=Invocation(make, demo), prog_name="jobsys")
    except JobsysError as error:
        told = " ".join(printable(str(error)).split())
        sys.stderr.write(f"jobsys: {told} [{error.code}]\n")
        sys.exit(exit_code_of(error))
    except OSError:
        last_words = "\n"  # cannot be written either, if it was the output that failed
        raise
    finally:
        _end_output(last_words)


def _end_output(last_words: str) -> None:
    """Writes out what was printed; ends the process with 1 where it cannot be written."""
    try:
        sys.stdout.write(last_words)
        sys.stdout.flush()
    except OSError as error:
        # The interpreter writes once more at its exit; then it shall succeed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # `jobsys list | head` is not an error
            sys.stderr.write(f"jobsys: the output cannot be written: {error.strerror}\n")
        sys.exit(1)
