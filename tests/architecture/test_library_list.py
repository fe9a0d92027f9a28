"""The list of libraries in the import contracts has no holes."""

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
IMPORTED_AS = {"opentelemetry-api": "opentelemetry", "pillow": "PIL", "pyyaml": "yaml"}
KNOWN_EVERYWHERE = {"pydantic", "tzdata"}


def test_every_library_that_jobsys_depends_on_is_under_contract() -> None:
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    project = settings["project"]
    requirements = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    distributions = {re.split(r"[^\w.-]", line)[0].lower() for line in requirements}
    modules = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in distributions}
    contracts = {each["id"]: each for each in settings["tool"]["importlinter"]["contracts"]}
    listed = set(contracts["libraries"]["forbidden_modules"])
    assert modules - listed - KNOWN_EVERYWHERE == set()
