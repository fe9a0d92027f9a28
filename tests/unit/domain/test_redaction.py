"""What is a secret by its name, and that none is shown in part."""

import pytest

from jobsys.domain.attempt_error import LONGEST_SECRET, clipped
from jobsys.domain.redaction import MASK, is_secret, redacted, without_secrets

SECRETS = (
    *(
        "password",
        "smtp_password",
        "passwd",
        "passphrase",
        "pwd",
        "db_pwd",
        "secret",
        "client_secret",
    ),
    *(
        "token",
        "refreshToken",
        "api_key",
        "apiKey",
        "API-KEY",
        "authorization",
        "cookie",
        "set-cookie",
    ),
    *("private_key", "access_key", "aws_secret_access_key", "credentials", "session_id", "jwt"),
    *("card", "credit_card", "creditCard", "card_number", "cardNumber", "card_no", "cvv", "ssn"),
)
ANYTHING = (
    *("name", "cardinality", "discard", "postcards", "wildcard", "passenger"),
    *("compass", "author", "api", "accessible", "session", "key", "keyboard", "monkey", "pwdx"),
)
HIDDEN = "q7wXz93kLm2PvB8rT5yN"


@pytest.mark.parametrize("name", SECRETS)
def test_this_is_the_name_of_a_secret(name: str) -> None:
    assert is_secret(name)
    assert without_secrets({name: HIDDEN}) == {name: MASK}
    for text in (f"{name}={HIDDEN}", f"'{name}': '{HIDDEN}'", f'{{"{name}": "{HIDDEN}"}}'):
        assert HIDDEN not in redacted(f"it said {text} and went on")


@pytest.mark.parametrize("name", ANYTHING)
def test_this_is_the_name_of_no_secret(name: str) -> None:
    assert not is_secret(name)
    assert redacted(f"{name}={HIDDEN}") == f"{name}={HIDDEN}"


@pytest.mark.parametrize(
    "told",
    [
        f"token={HIDDEN}",
        f"'password': 'a b {HIDDEN}'",
        f'"password": "a b {HIDDEN}"',
        f"Authorization: Bearer {HIDDEN}",
        f"redis://bob:{HIDDEN}@host/0",
    ],
)
def test_a_text_that_is_cut_shows_no_part_of_a_secret(told: str) -> None:
    pieces = [HIDDEN[i : i + 4] for i in range(len(HIDDEN) - 3)]
    for before in range(60):
        text = f"{'-' * before} {told} {'-' * 60}"
        for limit in range(8, 70, 3):
            assert not [piece for piece in pieces if piece in clipped(text, limit)], (text, limit)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_text_that_somebody_else_has_cut_shows_none_either(quote: str) -> None:
    assert HIDDEN not in redacted(f"{quote}password{quote}: {quote}a b {HIDDEN}")
    assert HIDDEN not in redacted(f"{quote}password{quote}: {quote}a b {HIDDEN}\\")


def test_a_very_long_text_is_cut_as_well_and_quickly_enough_to_be_logged() -> None:
    told = clipped(f"token={HIDDEN} " * LONGEST_SECRET, 2_000)
    assert len(told) <= 2_000
    assert HIDDEN not in told
