"""Signatures of webhooks, by the rules of Standard Webhooks 1.0."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from jobsys.domain.errors import JobsysError

PREFIX: Final = "whsec_"
VERSION: Final = "v1"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
REPLAY_WINDOW: Final = timedelta(minutes=5)

_SHORTEST_KEY: Final = 24
_LONGEST_KEY: Final = 64
_LONGEST_TIMESTAMP: Final = 12


class InvalidSignature(JobsysError):
    """The request is not what one of the secrets has signed."""

    code = "INVALID_SIGNATURE"


def signing_key(secret: str) -> bytes:
    """Returns the key that a secret such as `whsec_MfKQ9r8G…` stands for.

    Raises:
        ValueError: it is no such secret; the message does not repeat it.
    """
    try:
        key = b64decode(secret.removeprefix(PREFIX).encode(), validate=True)
    except (NotBase64, UnicodeEncodeError):
        key = b""
    if not secret.startswith(PREFIX) or not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise ValueError(
            f"a secret is {PREFIX} and the base64 of {_SHORTEST_KEY} to {_LONGEST_KEY} bytes"
        )
    return key


def signed_headers(
    message_id: str, at: datetime, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """Returns the headers that go with a body: one signature for each secret, the newest first.

    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> body = b'{"test": 2432232314}'
    >>> at = datetime.fromisoformat("2021-02-25T15:02:10+00:00")
    >>> signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [secret])["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    timestamp = str(int(at.timestamp()))
    signatures = (_signature(message_id, timestamp, body, secret) for secret in secrets)
    return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verify_webhook(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    *,
    now: datetime,
    window: timedelta = REPLAY_WINDOW,
) -> None:
    """Returns if one of the secrets has signed these very bytes, and not long ago; else it raises.

    `body` is the request's, as it came; `secrets` are one, or during a rotation the old and the new.
    Whoever replays a request within the window passes: keep the `webhook-id` of what you have dealt
    with for as long.

    Raises:
        InvalidSignature: a header is missing, the time is too far from now, or nobody signed this.
    """
    named = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = named.get(ID, ""), named.get(TIMESTAMP, "")
    if not message_id or not _is_number(timestamp):
        raise InvalidSignature(f"{ID} or {TIMESTAMP} is missing, or is none")
    if abs(int(now.timestamp()) - int(timestamp)) > window.total_seconds():
        raise InvalidSignature(f"{TIMESTAMP} is more than {window} from now")
    given = [each.encode() for each in named.get(SIGNATURE, "").split()]
    expected = [_signature(message_id, timestamp, body, secret).encode() for secret in secrets]
    matches = [hmac.compare_digest(one, other) for one in given for other in expected]
    if not any(matches):
        raise InvalidSignature


def _signature(message_id: str, timestamp: str, body: bytes, secret: str) -> str:
    signed = b"%b.%b.%b" % (message_id.encode(), timestamp.encode(), body)
    digest = hmac.digest(signing_key(secret), signed, sha256)
    return f"{VERSION},{b64encode(digest).decode()}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIMESTAMP
