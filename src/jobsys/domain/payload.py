"""What a job carries to its handler, as it is stored."""

from typing import cast

from pydantic_core import from_json


class JobPayload(bytes):
    """One JSON object, in UTF-8, that a job class has validated."""

    __slots__ = ()

    def as_dict(self) -> dict[str, object]:
        """Returns the fields, as plain JSON values.

        >>> JobPayload(b'{"photo_id":7}').as_dict()
        {'photo_id': 7}
        """
        return cast("dict[str, object]", from_json(self))
