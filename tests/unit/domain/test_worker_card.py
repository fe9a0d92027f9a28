"""A card is read by the releases before and after the one that wrote it."""

import json

from jobsys.domain.worker_card import read

OLDEST: dict[str, object] = {
    "worker": "w1",
    "host": "here",
    "pid": 1,
    "started_at": 0,
    "release": "1",
    "queues": ["mails"],
    "types": {"email": 1},
    "slots": 8,
    "active": 1,
    "rate": 0.5,
    "is_ready": True,
}


def test_a_card_that_tells_less_is_read_and_what_it_lacks_is_not_known() -> None:
    card = read(json.dumps(OLDEST))
    assert card is not None
    assert (card.bounds, card.seconds) == ({}, None)


def test_a_card_that_tells_more_is_read_without_that() -> None:
    card = read(json.dumps({**OLDEST, "seconds": 1.5, "mood": "fine"}))
    assert card is not None
    assert card.seconds == 1.5
