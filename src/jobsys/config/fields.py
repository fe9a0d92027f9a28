"""Which settings there are: read from the models, so that nothing is written down twice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jobsys.config.layers import KeyPath


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that can be set; `*` in its path is any name."""

    path: KeyPath
    field: FieldInfo

    @property
    def name(self) -> str:
        """Returns how files and messages call it: `worker.concurrency`."""
        return ".".join(self.path)


def settings_of(model: type[BaseModel], above: KeyPath = ()) -> Iterator[Setting]:
    """Yields each value that a model and the groups below it hold."""
    for name, field in model.model_fields.items():
        hint: object = field.annotation
        is_open = get_origin(hint) is dict
        group: object = get_args(hint)[1] if is_open else hint
        path = (*above, name, "*") if is_open else (*above, name)
        if isinstance(group, type) and issubclass(group, BaseModel):
            yield from settings_of(group, path)
        else:
            yield Setting(path, field)


def by_path(model: type[BaseModel]) -> Mapping[KeyPath, Setting]:
    """Returns every setting under its path."""
    return {setting.path: setting for setting in settings_of(model)}


def suggestion(name: str, known: Iterable[str], prefix: str = "") -> str:
    """Returns a sentence that names what was probably meant, with what all the names begin with.

    >>> suggestion("worker.concurency", ["worker.concurrency", "worker.grace"])
    'did you mean worker.concurrency?'
    """
    from difflib import get_close_matches  # noqa: PLC0415 (only a mistake needs it)

    near = get_close_matches(name, list(known), n=1)
    return (
        f"did you mean {prefix}{near[0]}?" if near else "`jobsys config` lists those that there are"
    )
