"""The domain is standard library, pydantic, and itself."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MODULES = sorted((SOURCE / "jobsys" / "domain").rglob("*.py"))
ALLOWED = sys.stdlib_module_names | {"pydantic", "pydantic_core"}


def imported_names(text: str, package: list[str]) -> Iterator[str]:
    """Yields the full name of everything that a module of `package` imports, anywhere in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def is_allowed(name: str) -> bool:
    return name.partition(".")[0] in ALLOWED or f"{name}.".startswith("jobsys.domain.")


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(SOURCE).as_posix())
def test_a_domain_module_imports_only_the_standard_library_and_pydantic(module: Path) -> None:
    package = list(module.relative_to(SOURCE).parent.parts)
    names = imported_names(module.read_text(encoding="utf-8"), package)
    assert [name for name in names if not is_allowed(name)] == []


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("import datetime", True),
        ("from pydantic import BaseModel", True),
        ("from jobsys.domain.status import JobStatus", True),
        ("from .status import JobStatus", True),
        ("import redis.asyncio", False),
        ("from jobsys.ports import clock", False),
        ("from jobsys import domain_like", False),
        ("from ..ports import clock", False),
        ("def late():\n    import typer", False),
    ],
)
def test_the_rule_tells_allowed_from_forbidden(line: str, allowed: bool) -> None:
    assert all(map(is_allowed, imported_names(line, ["jobsys", "domain"]))) is allowed
