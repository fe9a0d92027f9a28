"""What is done with Jinja2. Import it only where Jinja2 may be missing and that is handled."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Final

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import JsonValue

from jobsys.domain.errors import MailRefused
from jobsys.domain.mail import MailContent
from jobsys.domain.value import value

_SHIPPED: Final = Path(__file__).with_name("templates")
_PARTS: Final = ("subject.txt", "text.txt", "body.html")


@value
class Limits:
    """How much filling a part of a template may cost."""

    chars: int
    time: timedelta


@lru_cache(maxsize=16)
def environment(folder: str | Path | None) -> ImmutableSandboxedEnvironment:
    """Returns the environment in which the templates of `folder` and those that ship are found."""
    folders = [_SHIPPED] if folder is None else [folder, _SHIPPED]
    loaders: list[BaseLoader] = [FileSystemLoader(one) for one in folders]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(
    templates: ImmutableSandboxedEnvironment,
    limits: Limits,
    name: str,
    data: Mapping[str, JsonValue],
) -> MailContent:
    """Does what the port promises."""
    if name not in (known := _known(templates)):
        raise MailRefused(f"there is no mail template {name!r}; known: {', '.join(known)}")
    subject, text, html = (_filled(templates, limits, f"{name}/{part}", data) for part in _PARTS)
    return MailContent(" ".join(subject.split()), text, html)


def _known(templates: ImmutableSandboxedEnvironment) -> list[str]:
    found = set(templates.list_templates())
    names = {path.partition("/")[0] for path in found}
    return sorted(name for name in names if found.issuperset(f"{name}/{part}" for part in _PARTS))


def _filled(
    templates: ImmutableSandboxedEnvironment,
    limits: Limits,
    path: str,
    data: Mapping[str, JsonValue],
) -> str:
    pieces: list[str] = []
    room, end = limits.chars, monotonic() + limits.time.total_seconds()
    try:
        for piece in templates.get_template(path).generate(data):
            room -= len(piece)
            if room < 0 or monotonic() > end:
                raise MailRefused(
                    f"the mail template {path} grows over {limits.chars:,} characters or"
                    f" {limits.time.total_seconds():g} s with this data: give it less"
                )
            pieces.append(piece)
    except MailRefused:
        raise
    except Exception as error:
        raise MailRefused(
            f"the mail template {path} cannot be filled with this data: {error}"
        ) from error
    return "".join(pieces)
