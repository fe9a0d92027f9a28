"""Looking for dead letters: by filter, page by page, and counted by their causes."""

from datetime import datetime, timedelta

import pytest

from jobsys.adapters.memory.job_inspector import MemoryJobInspector
from jobsys.application import dead_letter_search, job_search
from jobsys.application.admission import Admission
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.intake import Intake
from jobsys.domain.dead_letter import Cause, DeadLetterFilter
from jobsys.domain.errors import InvalidJob, InvalidName
from jobsys.domain.job_id import JobId
from jobsys.domain.status import Reason
from jobsys.domain.validator import JobValidator
from jobsys.ports.job_inspector import JobQuery, Page
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet
from tests.support.dead_letters import bury, bury_many

HOUR = timedelta(hours=1)
ANY = DeadLetterFilter()


class CountingInspector(MemoryJobInspector):
    """Counts the pages that it is asked for."""

    pages = 0

    async def find(self, query: JobQuery, limit: int, after: str | None = None) -> Page:
        self.pages += 1
        return await super().find(query, limit, after)


async def found(bench: Bench, wanted: DeadLetterFilter) -> list[str]:
    page = await bench.service.dead_letters.find(wanted)
    assert page.next is None
    return sorted(record.id.key for record in page.records)


async def walked(bench: Bench, wanted: DeadLetterFilter, limit: int) -> list[JobId]:
    page = await bench.service.dead_letters.find(wanted, limit=limit)
    ids = [record.id for record in page.records]
    while page.next is not None:
        page = await bench.service.dead_letters.find(wanted, limit=limit, after=page.next)
        assert len(page.records) <= limit
        ids += [record.id for record in page.records]
    return ids


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (ANY, ["early", "late", "mail"]),
        (DeadLetterFilter(queue="mails"), ["mail"]),
        (DeadLetterFilter(queue="nowhere"), []),
        (DeadLetterFilter(job_type="GREET"), ["early", "late", "mail"]),
        (DeadLetterFilter(job_type="other"), []),
        (DeadLetterFilter(reason="not_retryable"), ["late"]),
        (DeadLetterFilter(error="KeyError"), ["late"]),
        (DeadLetterFilter(error="CODE_KeyError"), ["late"]),
        (DeadLetterFilter(error="Key"), []),
        (DeadLetterFilter(text="address 7"), ["late"]),
        (DeadLetterFilter(text='"name":"Zoé"'), ["mail"]),
        (DeadLetterFilter(text="nobody says this"), []),
        (DeadLetterFilter(ended_after=START + HOUR), ["late", "mail"]),
        (DeadLetterFilter(ended_before=START + HOUR), ["early"]),
        (DeadLetterFilter(ended_after=START + HOUR, error="ValueError"), ["mail"]),
    ],
)
async def test_a_filter_takes_the_dead_letters_that_are_meant(
    bench: Bench, wanted: DeadLetterFilter, keys: list[str]
) -> None:
    await bury(bench, key="early")
    bench.clock.advance(HOUR)
    await bury(bench, error="KeyError: address 7", reason=Reason.NOT_RETRYABLE, key="late")
    await bury(bench, Greet(name="Zoé"), queue="mails", key="mail")
    await bench.service.submit(Greet(name="address 7"), key="waiting")
    assert await found(bench, wanted) == keys


async def test_a_filter_looks_for_the_last_error_and_not_for_what_was_replaced_since(
    bench: Bench,
) -> None:
    bench.factory.register(Greet)
    job_id = await bury(bench, Greet(name="wrong"))
    seen = (await bench.service.get(job_id)).payload
    await bench.service.dead_letters.edit(job_id, {"name": "right"}, seen=seen)
    assert await found(bench, DeadLetterFilter(text="wrong")) == []
    assert await found(bench, DeadLetterFilter(error="ValueError")) == [job_id.key]
    [group] = (await bench.service.dead_letters.summary()).groups
    assert (group.cause.error, group.message) == ("ValueError", "no luck")


def test_a_filter_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(InvalidName, match="queue"):
        DeadLetterFilter(queue="no name")
    with pytest.raises(InvalidJob, match="the reasons are requested"):
        DeadLetterFilter(reason="bad luck")
    with pytest.raises(InvalidJob, match="time zone"):
        DeadLetterFilter(ended_before=datetime(2030, 1, 1))  # noqa: DTZ001 (it is what is refused)


@pytest.mark.parametrize("limit", [1, 7, 100, 150, 1_000])
async def test_the_pages_are_together_all_that_are_meant_and_none_comes_twice(
    bench: Bench, limit: int
) -> None:
    wanted, rest = list[JobId](), list[JobId]()
    for number in range(230):
        error = "KeyError: meant" if number % 7 in {0, 1} else "ValueError: not meant"
        (wanted if number % 7 in {0, 1} else rest).append(await bury(bench, error=error))
    assert sorted(await walked(bench, DeadLetterFilter(error="KeyError"), limit)) == sorted(wanted)
    assert sorted(await walked(bench, ANY, limit)) == sorted(wanted + rest)


async def test_a_page_looks_at_so_many_however_few_are_meant(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_search, "MOST_LOOKED_AT", 200)
    meant = await bury(bench, error="KeyError: the oldest, so the last")
    bench.clock.advance(HOUR)
    await bury_many(bench, 450)
    inspector, wanted = CountingInspector(bench.store), DeadLetterFilter(error="KeyError")
    intake = Intake(
        bench.factory, JobValidator(), bench.clock, bench.metrics, Admission(bench.policies)
    )
    letters, after = DeadLetterBook(bench.queue, inspector, intake), None
    pages = list[Page]()
    while not pages or pages[-1].next:
        before = inspector.pages
        pages.append(await letters.find(wanted, after=after))
        after = pages[-1].next
        assert inspector.pages - before <= 3
    assert [[record.id for record in page.records] for page in pages] == [[], [], [meant]]


async def test_a_page_of_nothing_and_a_cursor_of_nowhere_are_refused(bench: Bench) -> None:
    with pytest.raises(InvalidJob, match="limit"):
        await bench.service.dead_letters.find(limit=0)
    with pytest.raises(InvalidJob, match="not where a page ended"):
        await bench.service.dead_letters.find(after="nowhere")
    with pytest.raises(InvalidJob, match="limit"):
        await bench.service.dead_letters.purge(ANY, limit=0)


async def test_dead_letters_of_one_cause_are_one_line(bench: Bench) -> None:
    await bury_many(bench, 20)
    bench.clock.advance(HOUR)
    newest = (await bury_many(bench, 20))[-1]
    other = await bury(bench, error="KeyError: x", reason=Reason.NOT_RETRYABLE, queue="mails")
    summary = await bench.service.dead_letters.summary()
    assert (summary.total, summary.more) == (41, False)
    many, one = summary.groups
    assert many.cause == Cause("default", "greet", Reason.EXHAUSTED, "ValueError")
    assert (many.count, many.first_at, many.last_at) == (40, START, START + HOUR)
    assert (await bench.service.get(many.example)).ended_at == START + HOUR, newest
    assert (one.cause, one.count, one.example) == (
        Cause("mails", "greet", Reason.NOT_RETRYABLE, "KeyError"),
        1,
        other,
    )


async def test_a_summary_counts_what_its_filter_takes_up_to_its_limit(bench: Bench) -> None:
    await bury_many(bench, 15)
    await bury_many(bench, 5, error="KeyError: x")
    letters = bench.service.dead_letters
    [group] = (await letters.summary(DeadLetterFilter(error="KeyError"))).groups
    assert group.count == 5
    for limit, counted, more in ((19, 19, True), (20, 20, False)):
        summary = await letters.summary(limit=limit)
        assert (summary.total, summary.more) == (counted, more)


async def test_a_summary_has_so_many_causes_and_says_that_there_are_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letter_search, "MOST_CAUSES", 2)
    for number in range(4):
        await bury(bench, error=f"Error{number}: x")
    summary = await bench.service.dead_letters.summary()
    assert (len(summary.groups), summary.total, summary.more) == (2, 4, True)
