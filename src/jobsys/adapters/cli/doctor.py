"""The verb `jobsys doctor`: what is amiss, by what evidence, and the command that mends it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import cast

import typer

from jobsys.adapters.cli.exit_codes import ERROR, exit_code_of
from jobsys.adapters.cli.invocation import Invocation, Json
from jobsys.adapters.cli.output import print_json, spaced
from jobsys.adapters.cli.printable import printable
from jobsys.adapters.cli.target import Application
from jobsys.application.doctor.examination import examined, standing_of, unanswered
from jobsys.application.doctor.finding import CheckResult, Finding, Standing
from jobsys.application.doctor.gathering import Gathering
from jobsys.application.doctor.scene import Scene
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import AdapterError


def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Look for each known trouble, and say what mends it; exit code 1 while there is one.

    A backend that does not answer is the one trouble that is told; the exit code is 69.
    """
    given = cast("Invocation", context.obj)
    try:
        results = examined(given.run_on(_scene))
        code = 0 if standing_of(results) is Standing.OK else ERROR
    except (AdapterError, ConfigurationError) as error:
        results, code = [unanswered(error)], exit_code_of(error)
    if given.as_json or as_json:
        print_json(_view(results, given))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(results, given))
    raise typer.Exit(code)


async def _scene(application: Application) -> Scene:
    jobs, clock = application.job_service(), application.clock()
    return await Gathering(jobs, application.backend(), clock).scene()


def lines_of(finding: Finding, given: Invocation) -> Iterator[str]:
    """Yields the lines for people: the evidence, and what mends it, as it is typed here.

    They are three, whatever a job's error says.
    """
    for line in (
        f"{finding.standing:<8} {finding.code}: {finding.sentence}",
        f"         to mend it: {finding.mend}",
        f"           {_typed(finding.command, given)}",
    ):
        yield printable(line).replace("\n", " ")


def _view(results: Sequence[CheckResult], given: Invocation) -> Mapping[str, object]:
    checks = [
        {
            "check": one.check,
            "standing": one.standing.value,
            "findings": [_finding_view(finding, given) for finding in one.findings],
            "more": one.more,
        }
        for one in results
    ]
    return {"standing": standing_of(results).value, "checks": checks}


def _finding_view(finding: Finding, given: Invocation) -> Mapping[str, str]:
    return {
        "code": finding.code.value,
        "standing": finding.standing.value,
        "sentence": finding.sentence,
        "mend": finding.mend,
        "command": _typed(finding.command, given),
    }


def _lines(results: Sequence[CheckResult], given: Invocation) -> Iterator[str]:
    for one in results:
        if not one.findings:
            yield f"ok       {spaced(one.check)}: {one.fine}"
        for finding in one.findings:
            yield from lines_of(finding, given)
        if one.more:
            yield f"         and {one.more} more of {spaced(one.check)}"
    number = sum(len(one.findings) + one.more for one in results)
    yield f"{number} found" if number else "all is well"


def _typed(command: str, given: Invocation) -> str:
    """Returns a command as it is typed here: with what stood before this verb.

    A URL with a password in it is not repeated.
    """
    verb = command.removeprefix("jobsys ")
    if verb == command:
        return command
    app = given.app or ("MODULE:CONTAINER" if verb.startswith("worker ") else None)
    backend = "URL" if given.backend and "@" in given.backend else given.backend
    said = {"--app": app, "--backend": backend, "--config": given.config}
    options = [f"{name} {quote(text)}" for name, text in said.items() if text]
    return " ".join(["jobsys", *options, verb])
