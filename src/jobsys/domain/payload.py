"""What a job carries to its handler, as it is stored."""

from hashlib import sha256
from typing import Final, cast

from pydantic_core import from_json, to_json

from jobsys.domain.redaction import redacted, without_secrets

SEARCHED: Final = 16 * 1024
"""The largest payload, in bytes, in which a text is looked for: one that is meant to be slow is not."""


class JobPayload(bytes):
    """One JSON object, in UTF-8, that a job class has validated."""

    __slots__ = ()

    def as_dict(self) -> dict[str, object]:
        """Returns the fields, as plain JSON values.

        >>> JobPayload(b'{"photo_id":7}').as_dict()
        {'photo_id': 7}
        """
        return cast("dict[str, object]", from_json(self))

    @property
    def revision(self) -> str:
        """A short text that another payload does not have: an editor says with it what was seen.

        >>> JobPayload(b'{"photo_id":7}').revision
        '16048e1fd3d3'
        """
        return sha256(self).hexdigest()[:12]

    def tells(self, text: str) -> bool:
        """Says whether a text stands in it, beside its secrets; a large one is not looked into.

        >>> payload = JobPayload(b'{"name":"ada","token":"c2VjcmV0"}')
        >>> payload.tells("ada"), payload.tells("c2V")
        (True, False)
        """
        wanted = text.encode(errors="backslashreplace")
        return len(self) <= SEARCHED and wanted in bytes(self) and wanted in self._shown()

    def _shown(self) -> bytes:
        try:
            return to_json(without_secrets(self.as_dict()))
        except ValueError:
            return redacted(self.decode(errors="backslashreplace")).encode()
