"""Settings as they were found: each value under its path, with the place where it stands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from pydantic import BaseModel

KeyPath = tuple[str, ...]
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and in words where it was found: an argument, a variable, a key of a file."""

    value: object
    place: str


Layer = dict[KeyPath, Found]


def flat(values: Mapping[str, object], place: Callable[[KeyPath], str]) -> Layer:
    """Returns the values that stand in nested mappings and models; lists are values.

    >>> flat({"worker": {"concurrency": 4}}, ".".join)
    {('worker', 'concurrency'): Found(value=4, place='worker.concurrency')}
    """
    return {path: Found(value, place(path)) for path, value in _leaves(values, ())}


def _leaves(values: Mapping[str, object], above: KeyPath) -> Iterable[tuple[KeyPath, object]]:
    for name, value in values.items():
        inner = _chosen(value) if isinstance(value, BaseModel) else value
        if isinstance(inner, Mapping):
            yield from _leaves(cast("Mapping[str, object]", inner), (*above, name))
        else:
            yield (*above, name), inner


def _chosen(model: BaseModel) -> Mapping[str, object]:
    return {name: getattr(model, name) for name in model.model_fields_set}


def merged(layers: Iterable[Layer]) -> Layer:
    """Returns what holds when each layer wins over those before it.

    A value in place of a group hides the group, and the other way round.
    """
    result: Layer = {}
    for layer in layers:
        for path, found in layer.items():
            for known in [known for known in result if path != known and _overlap(path, known)]:
                del result[known]
            result[path] = found
    return result


def _overlap(one: KeyPath, other: KeyPath) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def nested(layer: Layer) -> dict[str, object]:
    """Returns the values as nested dictionaries.

    >>> nested({("worker", "concurrency"): Found(4, "")})
    {'worker': {'concurrency': 4}}
    """
    result: dict[str, object] = {}
    for path, found in layer.items():
        group = result
        for name in path[:-1]:
            group = cast("dict[str, object]", group.setdefault(name, {}))
        group[path[-1]] = found.value
    return result


def place_of(layer: Layer, path: KeyPath) -> str:
    """Returns where a value, the list it stands in, or the values of a group were found.

    Empty where nobody said anything: a default holds.
    """
    for length in range(len(path), 0, -1):
        if path[:length] in layer:
            return layer[path[:length]].place
    below = (found.place for known, found in layer.items() if known[: len(path)] == path)
    return ", ".join(dict.fromkeys(below))


def matching(patterns: Mapping[KeyPath, V], path: KeyPath) -> V | None:
    """Returns what stands under the path, where `*` in a pattern is any one name."""
    if path in patterns:
        return patterns[path]
    for place in range(1, len(path)):
        found = patterns.get((*path[:place], "*", *path[place + 1 :]))
        if found is not None:
            return found
    return None
