"""The settings that hold, and why: for `jobsys config`, and for the log at the start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urlsplit

from jobsys.config.layers import KeyPath, matching, place_of
from jobsys.config.settings import Settings
from jobsys.domain.redaction import MASK, is_secret, redacted

DEFAULT: Final = "default"
PLACES: Final = frozenset({("backend",), ("mail", "smtp")})
"""What is a URL, and may hold a password even where it is written wrongly."""

ADDRESSES: Final[Mapping[KeyPath, bool]] = {("webhooks", "endpoints", "*", "url"): True}
"""What is a URL whose path is often as good as a password: only its host is shown."""

NO_EFFECT_YET: Final[Mapping[KeyPath, bool]] = {
    ("queues", "*", "concurrency"): True,
    ("scheduler", "cleanup_interval"): True,
}
"""What is read and kept, but nothing acts upon yet."""


@dataclass(frozen=True, slots=True)
class Effective:
    """One value that holds, fit to be shown, and where it was found."""

    name: str
    value: object
    place: str


def effective(settings: Settings) -> list[Effective]:
    """Returns every value that holds, secrets masked."""
    return [
        Effective(".".join(path), _shown(path, value), origin(settings, path))
        for path, value in _leaves(settings.model_dump(mode="json"), ())
    ]


def origin(settings: Settings, path: KeyPath) -> str:
    """Returns where a value was found: an argument, a variable, a key of a file, or the default."""
    return place_of(settings.found, path) or DEFAULT


def without_effect(settings: Settings) -> list[str]:
    """Returns the places of what was said, and has no effect yet."""
    return [one.place for path, one in settings.found.items() if matching(NO_EFFECT_YET, path)]


def _leaves(values: Mapping[str, object], above: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _leaves(cast("Mapping[str, object]", value), (*above, name))
        else:
            yield (*above, name), value


def _shown(path: KeyPath, value: object) -> object:
    if is_secret(path[-1]) and value not in (None, []):
        return MASK
    if path in PLACES and isinstance(value, str) and not _is_whole(value):
        return MASK
    if matching(ADDRESSES, path) and isinstance(value, str):
        return _host_of(value) if _is_whole(value) else MASK
    return redacted(value) if isinstance(value, str) else value


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{MASK}"


def _is_whole(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where a password stands in its place
    except ValueError:
        return False
    return "://" in url and (parts.hostname is not None or "@" not in url)
