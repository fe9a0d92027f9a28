"""Keys are spelled and read back in one place."""

import pytest

from jobsys.adapters.redis.key_layout import TYPES, KeyLayout

LAYOUT = KeyLayout("apps")


def test_every_key_that_is_spelled_is_read_back() -> None:
    keys = {*LAYOUT.of_schedules("mails"), *LAYOUT.of_lane("mails", "w1.0")}
    named = {key: LAYOUT.named_by(key) for key in keys}
    assert {LAYOUT.queues: ("queues", ""), LAYOUT.scheduled: ("scheduled", "")}.items() <= (
        named.items()
    )
    others = [name for key, name in named.items() if key not in (LAYOUT.queues, LAYOUT.scheduled)]
    assert {name and name[1] for name in others} == {"mails"}
    assert {name[0] for name in named.values() if name} == TYPES.keys()


@pytest.mark.parametrize(
    "key",
    ["apps:", "apps:mine", "apps:data", "apps:data:a:b", "apps:queue:a", "apps:queue:a:urgent",
     "apps:queues:a", "apps:turn:a", "apps:events"],
)  # fmt: skip
def test_what_is_not_spelled_here_has_no_name(key: str) -> None:
    assert LAYOUT.named_by(key) is None
