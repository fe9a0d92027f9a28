"""Who signs, and what a receiver believes."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from jobsys import InvalidSignature, verify_webhook
from jobsys.domain.webhook_signature import signed_headers, signing_key

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = b'{"type":"job.failed"}'


def headers(*secrets: str) -> dict[str, str]:
    return signed_headers("end-1", NOW, BODY, secrets or (OLD,))


def test_what_was_signed_is_believed_however_its_headers_are_written() -> None:
    shouted = {name.upper(): value for name, value in headers().items()}
    verify_webhook(shouted, BODY, [OLD], now=NOW)


@pytest.mark.parametrize("signers", [(OLD,), (NEW,), (OLD, NEW)])
def test_during_a_rotation_either_secret_is_enough_on_either_side(signers: tuple[str, ...]) -> None:
    verify_webhook(headers(*signers), BODY, [OLD, NEW], now=NOW)
    verify_webhook(headers(OLD, NEW), BODY, signers, now=NOW)


def test_a_body_a_time_or_an_id_that_was_changed_is_not_believed() -> None:
    later = str(int(NOW.timestamp()) + 1)
    with pytest.raises(InvalidSignature):
        verify_webhook(headers(), BODY + b" ", [OLD], now=NOW)
    with pytest.raises(InvalidSignature):
        verify_webhook(headers() | {"webhook-timestamp": later}, BODY, [OLD], now=NOW)
    with pytest.raises(InvalidSignature):
        verify_webhook(headers() | {"webhook-id": "end-2"}, BODY, [OLD], now=NOW)


def test_every_flipped_bit_of_a_signature_is_noticed() -> None:
    good = headers()["webhook-signature"]
    for place in range(len(good)):
        bad = good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :]
        with pytest.raises(InvalidSignature):
            verify_webhook(headers() | {"webhook-signature": bad}, BODY, [OLD], now=NOW)


@pytest.mark.parametrize("gone", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_what_lacks_a_header_is_not_believed(gone: str) -> None:
    left = {name: value for name, value in headers().items() if name != gone}
    with pytest.raises(InvalidSignature):
        verify_webhook(left, BODY, [OLD], now=NOW)


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", "\u0661", "9" * 13, "1.5"])
def test_a_time_that_is_none_is_not_believed(timestamp: str) -> None:
    with pytest.raises(InvalidSignature):
        verify_webhook(headers() | {"webhook-timestamp": timestamp}, BODY, [OLD], now=NOW)


def test_a_replay_is_believed_for_five_minutes_and_not_longer_in_either_direction() -> None:
    window = timedelta(minutes=5)
    for ahead in (window, -window):
        verify_webhook(headers(), BODY, [OLD], now=NOW + ahead)
    for ahead in (window + timedelta(seconds=1), -window - timedelta(seconds=1)):
        with pytest.raises(InvalidSignature, match="from now"):
            verify_webhook(headers(), BODY, [OLD], now=NOW + ahead)


def test_nobody_s_secrets_and_strange_signatures_believe_nothing() -> None:
    with pytest.raises(InvalidSignature):
        verify_webhook(headers(), BODY, [], now=NOW)
    with pytest.raises(InvalidSignature):
        verify_webhook(headers() | {"webhook-signature": "v1, v2,x \u00e4"}, BODY, [OLD], now=NOW)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_no base64",
        "whsec_\u00e4",
        f"whsec_{b64encode(b'short').decode()}",
        f"whsec_{b64encode(b'l' * 65).decode()}",
    ],
)
def test_what_is_no_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes") as refused:
        signing_key(secret)
    assert secret[6:] == "" or secret[6:] not in str(refused.value)
