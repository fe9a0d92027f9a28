"""`jobsys` and `python -m jobsys`: the command line."""

from pathlib import Path

from jobsys.adapters.cli.run import run
from jobsys.adapters.cli.target import Application


def main() -> None:
    """Runs the command line and ends the process."""
    run(_container, _demo)


def _container() -> Application:
    from jobsys.container import JobsysContainer  # noqa: PLC0415 (costs more than most verbs need)

    return JobsysContainer()


def _demo(folder: Path | None, backend: str | None, as_json: bool) -> int:
    from jobsys.demo import run as run_demo  # noqa: PLC0415 (only one verb needs it)

    return run_demo(folder, backend, as_json)


if __name__ == "__main__":
    main()
