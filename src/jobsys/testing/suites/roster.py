"""What `Roster` promises."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.roster import KEPT_FOR
from jobsys.testing.backend import RosterUnderTest
from jobsys.testing.jobs import SECOND
from jobsys.testing.virtual_clock import START

ADA: Final = WorkerCard(
    worker="ada",
    host="some-host",
    pid=17,
    started_at=START + timedelta(milliseconds=1234),
    release="1.2.3",
    queues=("mails", "default"),
    types={"email": 3, "naïve": 1},
    slots=10,
    active=4,
    rate=12.5,
    is_ready=True,
    seconds=0.25,
)
BOB: Final = replace(ADA, worker="bob", is_ready=False)


class CardsSuite:
    """One test for each sentence."""

    async def test_a_card_is_read_as_it_was_shown(self, backend: RosterUnderTest) -> None:
        await backend.roster.show(ADA)
        [shown] = await (await backend.another_roster()).cards()
        assert _plain(shown.card) == _plain(ADA)

    async def test_there_is_no_card_where_none_was_shown(self, backend: RosterUnderTest) -> None:
        assert list(await backend.roster.cards()) == []

    async def test_cards_of_all_workers_are_in_the_order_of_their_names(
        self, backend: RosterUnderTest
    ) -> None:
        for card in (BOB, ADA):
            await (await backend.another_roster()).show(card)
        assert await names(backend) == ["ada", "bob"]

    async def test_a_card_is_put_in_the_place_of_the_workers_last_one(
        self, backend: RosterUnderTest
    ) -> None:
        await backend.roster.show(ADA)
        await backend.roster.show(replace(ADA, active=7))
        assert [shown.card.active for shown in await backend.roster.cards()] == [7]

    async def test_how_long_ago_a_card_was_shown_goes_by_the_backends_clock(
        self, backend: RosterUnderTest
    ) -> None:
        await backend.roster.show(ADA)
        await backend.advance(3 * SECOND)
        await backend.roster.show(BOB)
        assert [shown.age for shown in await backend.roster.cards()] == [3 * SECOND, 0 * SECOND]

    async def test_a_card_that_is_not_shown_again_is_kept_for_ten_minutes(
        self, backend: RosterUnderTest
    ) -> None:
        await backend.roster.show(ADA)
        await backend.advance(KEPT_FOR - SECOND)
        await backend.roster.show(BOB)
        assert await names(backend) == ["ada", "bob"]
        await backend.advance(SECOND)
        assert await names(backend) == ["bob"]
        await backend.roster.show(replace(ADA, worker="eve"))
        assert await names(backend) == ["bob", "eve"]

    async def test_a_card_that_was_taken_down_is_gone_and_may_be_taken_down_again(
        self, backend: RosterUnderTest
    ) -> None:
        await backend.roster.show(ADA)
        await backend.roster.show(BOB)
        for _ in range(2):
            await backend.roster.take_down("ada")
            assert await names(backend) == ["bob"]

    async def test_a_card_that_cannot_be_read_is_left_out(self, backend: RosterUnderTest) -> None:
        await backend.roster.show(ADA)
        await backend.roster.show(BOB)
        await backend.damage_card("ada")
        assert await names(backend) == ["bob"]
        await backend.roster.show(ADA)
        assert await names(backend) == ["ada", "bob"]


async def names(backend: RosterUnderTest) -> list[str]:
    """Returns who has a card."""
    return [shown.card.worker for shown in await backend.roster.cards()]


def _plain(card: WorkerCard) -> WorkerCard:
    return replace(card, queues=list(card.queues))
