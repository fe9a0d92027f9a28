"""What `Presence` promises."""

from collections.abc import Sequence

from jobsys.ports.presence import Presence
from jobsys.testing.backend import PresenceUnderTest


class AttendanceSuite:
    """One test for each sentence."""

    async def test_a_worker_that_is_there_is_not_gone(self, backend: PresenceUnderTest) -> None:
        async with backend.presence.present("here"):
            assert await named(backend.presence) == []
            assert await named(await backend.another_presence()) == []

    async def test_a_worker_that_left_is_not_gone(self, backend: PresenceUnderTest) -> None:
        async with (await backend.another_presence()).present("left"):
            pass
        assert await named(backend.presence) == []

    async def test_known_are_those_that_are_shown_and_the_dead_until_they_are_forgotten(
        self, backend: PresenceUnderTest
    ) -> None:
        numbers = [await backend.presence.known()]
        async with (await backend.another_presence()).present("here"):
            numbers.append(await backend.presence.known())
            await backend.lose_a_worker("dead")
            numbers.append(await backend.presence.known())
            await backend.presence.forget(["dead"])
            numbers.append(await backend.presence.known())
        numbers.append(await backend.presence.known())
        assert numbers == [number * backend.sees_deaths for number in (0, 1, 2, 1, 0)]

    async def test_a_worker_that_died_is_gone_where_the_backend_sees_deaths(
        self, backend: PresenceUnderTest
    ) -> None:
        await backend.lose_a_worker("dead")
        async with (await backend.another_presence()).present("here"):
            assert await named(backend.presence) == ["dead"][: backend.sees_deaths]

    async def test_everybody_sees_who_is_gone(self, backend: PresenceUnderTest) -> None:
        await backend.lose_a_worker("dead")
        seen = await named(backend.presence)
        assert await named(await backend.another_presence()) == seen

    async def test_a_worker_that_is_forgotten_is_named_no_more(
        self, backend: PresenceUnderTest
    ) -> None:
        await backend.lose_a_worker("dead")
        await backend.lose_a_worker("forgotten")
        await backend.presence.forget(["forgotten"])
        assert await named(backend.presence) == ["dead"][: backend.sees_deaths]

    async def test_a_worker_that_comes_again_is_not_gone(self, backend: PresenceUnderTest) -> None:
        await backend.lose_a_worker("back")
        async with (await backend.another_presence()).present("back"):
            assert await named(backend.presence) == []


async def named(presence: Presence) -> Sequence[str]:
    """Returns who is gone at a second look."""
    await presence.gone()
    return sorted(await presence.gone())
