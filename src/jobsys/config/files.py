"""Reading a settings file: YAML or TOML, bounded, and nothing in it is ever executed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from jobsys.domain.errors import ConfigurationError

LARGEST: Final = 1024 * 1024
"""Bytes."""

DEEPEST: Final = 20
"""Groups within groups."""


def read_settings(path: Path) -> Mapping[str, object]:
    """Returns what a settings file says.

    Raises:
        ConfigurationError: it cannot be read, is too large, or is malformed; the line is named.

    """
    readers = {".yaml": _yaml, ".yml": _yaml, ".toml": _toml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ConfigurationError(f"{path}: a settings file ends in .yaml, .yml or .toml")
    try:
        found = reader(path, _text(path))
    except RecursionError:
        raise ConfigurationError(f"{path} is nested too deeply for a settings file") from None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path}: write settings as names and values, such as backend: …")
    values = cast("Mapping[object, object]", found)
    _check_names(path, values, ())
    return cast("Mapping[str, object]", values)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > LARGEST:
        raise ConfigurationError(f"{path} is larger than a settings file may be: {LARGEST:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: byte {error.start} is no UTF-8") from error


def _toml(path: Path, text: str) -> object:
    import tomllib  # noqa: PLC0415 (a process without a file need not pay for it)

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _yaml(path: Path, text: str) -> object:
    import yaml  # noqa: PLC0415 (as above)

    from jobsys.config.plain_yaml import PlainLoader  # noqa: PLC0415 (as above)

    try:
        found: object = yaml.load(text, PlainLoader)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise ConfigurationError(f"{path}: {where}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from error
    return {} if found is None else found


def _check_names(path: Path, values: Mapping[object, object], above: tuple[str, ...]) -> None:
    if len(above) > DEEPEST:
        raise ConfigurationError(f"{path} is nested too deeply for a settings file")
    for name, value in values.items():
        if not isinstance(name, str):
            raise ConfigurationError(
                f"{path}: {'.'.join((*above, repr(name)))} is no name: YAML reads it as a value,"
                " put it in quotes"
            )
        if isinstance(value, dict):
            _check_names(path, cast("Mapping[object, object]", value), (*above, name))
