"""Keys are spelled and read back in one place."""

import pytest

from jobsys.adapters.redis.key_families import FAMILIES
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.job_id import JobId

LAYOUT = KeyLayout("apps")


def test_every_key_that_is_spelled_is_read_back() -> None:
    of_queue = {*LAYOUT.of_schedules("mails"), *LAYOUT.of_upkeep("mails")}
    of_one = {*of_queue, *LAYOUT.of_lane("mails", "w1.0"), LAYOUT.log(JobId("mails:order-17"))}
    of_presence = {LAYOUT.workers, LAYOUT.missed, LAYOUT.looked}
    of_shared = {LAYOUT.circuits, LAYOUT.cards, *of_presence}
    of_all = {LAYOUT.queues, LAYOUT.scheduled, LAYOUT.layout, *of_shared}
    named = {key: LAYOUT.named_by(key) for key in of_one | of_all}
    assert {key for key, name in named.items() if name and not name[1]} == of_all
    assert {name and name[1] for name in named.values()} == {"mails", ""}
    assert {name[0] for name in named.values() if name} == FAMILIES.keys()


def test_the_keys_of_all_queues_are_those_that_no_queue_names() -> None:
    assert sorted(LAYOUT.of_all_queues()) == [
        "apps:cards", "apps:circuits", "apps:layout", "apps:looked", "apps:missed",
        "apps:queues", "apps:scheduled", "apps:workers",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "key",
    ["apps:", "apps:mine", "apps:data", "apps:data:a:b", "apps:queue:a", "apps:queue:a:urgent",
     "apps:queues:a", "apps:turn:a", "apps:log:a", "apps:events"],
)  # fmt: skip
def test_what_is_not_spelled_here_has_no_name(key: str) -> None:
    assert LAYOUT.named_by(key) is None
