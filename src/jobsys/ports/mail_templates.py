"""Mails that are written once and filled in for each recipient."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue

from jobsys.domain.mail import MailContent


class MailTemplates(Protocol):
    """Knows templates by name. Calls block: make them in a thread."""

    @abstractmethod
    def render(self, name: str, data: Mapping[str, JsonValue]) -> MailContent:
        """Returns the template filled with `data`: its subject, its text and its HTML.

        Data is shown, never interpreted: neither as HTML nor as a template.

        Raises:
            MailRefused: no template has this name (the known ones are named), or it cannot be
                filled with this data: something is missing, or it grows too large or too slow.
            MissingExtra: the library for templates is not installed.

        """
