"""Which token is whose."""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest

from jobsys.config import TokenSettings
from jobsys.domain.principal import Principal


def digest(secret: str) -> bytes:
    """Returns what is kept and compared in the place of a secret."""
    return sha256(secret.encode(errors="surrogatepass")).digest()


class TokenBook:
    """Knows the holders of tokens, and keeps only digests of these."""

    def __init__(self, tokens: Sequence[TokenSettings]) -> None:
        self._known = [(digest(t.token.get_secret_value()), _principal(t)) for t in tokens]

    def holder(self, token: str) -> Principal | None:
        """Returns whose token this is; it takes as long whether it is near to one or not."""
        given, found = digest(token), None
        for known, principal in self._known:
            if compare_digest(known, given):
                found = principal
        return found


def _principal(given: TokenSettings) -> Principal:
    return Principal(given.name, given.role, frozenset(given.queues), frozenset(given.types))
