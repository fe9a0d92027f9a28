"""What a handler returned, as it is kept."""

from pydantic_core import to_json

from jobsys.domain.errors import InvalidResult, ResultTooLarge


def kept_result(result: object, max_bytes: int) -> bytes | None:
    """Returns a result as JSON; None for None.

    >>> kept_result({"photo": 7}, max_bytes=100)
    b'{"photo":7}'

    Raises:
        ResultTooLarge: it is larger than `max_bytes`.
        InvalidResult: it cannot be written as JSON.

    """
    if result is None:
        return None
    try:
        kept = to_json(result)
    except (ValueError, RecursionError) as error:
        raise InvalidResult(
            f"the result cannot be written as JSON: {error}; return what JSON can say, or nothing"
        ) from error
    if len(kept) > max_bytes:
        raise ResultTooLarge(
            f"the result has {len(kept):,} bytes, over the limit of {max_bytes:,}: store it"
            " elsewhere and return its name, or raise Settings.max_result"
        )
    return kept
