"""Mail templates by Jinja2, if it is installed."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import JsonValue

from jobsys.domain.mail import MailContent
from jobsys.ports.errors import MissingExtra
from jobsys.ports.mail_templates import MailTemplates


class JinjaMailTemplates(MailTemplates):
    """The templates that ship, and those of a folder of yours, which win over them.

    A template is a folder with `subject.txt`, `text.txt` and `body.html`. Each part may have up to
    `max_chars` characters and take up to `max_time` to fill. Jinja2 is imported at the first mail.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        max_chars: int = 500_000,
        max_time: timedelta = timedelta(seconds=5),
    ) -> None:
        self._folder = folder
        self._max_chars = max_chars
        self._max_time = max_time

    def render(self, name: str, data: Mapping[str, JsonValue]) -> MailContent:
        try:
            from jobsys.adapters.jinja2 import rendering  # noqa: PLC0415 (the extra may be missing)
        except ModuleNotFoundError as error:
            command = "python -m pip install 'jobsys[email]'"
            raise MissingExtra(f"mail templates need Jinja2: run {command}") from error
        limits = rendering.Limits(self._max_chars, self._max_time)
        return rendering.render(rendering.environment(self._folder), limits, name, data)
