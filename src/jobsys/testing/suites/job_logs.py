"""What `JobLogs` promises."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest

from jobsys.domain.errors import InvalidJob
from jobsys.domain.job_id import JobId
from jobsys.domain.log_line import KEPT_FOR, KEPT_LINES, LONGEST_TEXT, LogLine
from jobsys.testing.backend import JobLogsUnderTest
from jobsys.testing.jobs import SECOND, id_of
from jobsys.testing.virtual_clock import START

ADA, BOB = id_of("ada"), id_of("bob", "others")


def line(text: str, job_id: JobId = ADA) -> LogLine:
    """Returns a line with nothing special about it."""
    return LogLine(job_id, START, "INFO", text, 1)


def numbered(numbers: Iterable[int], job_id: JobId = ADA) -> list[LogLine]:
    """Returns lines that are told apart by their numbers."""
    return [line(str(number), job_id) for number in numbers]


async def texts(backend: JobLogsUnderTest, job_id: JobId = ADA) -> Sequence[str]:
    """Returns the texts of all lines of a job."""
    return [one.text for one in (await backend.logs.read(job_id, limit=2 * KEPT_LINES)).lines]


class LogsSuite:
    """One test for each sentence."""

    async def test_a_line_is_read_as_it_was_appended(self, backend: JobLogsUnderTest) -> None:
        at = START + timedelta(milliseconds=1234)
        whole = LogLine(ADA, at, "WARNING", 'two\nlines, "naïve" \x1b[31m 🎈 \0', 3)
        await backend.logs.append([whole])
        assert (await backend.logs.read(ADA)).lines == [whole]

    async def test_a_job_of_which_nothing_was_logged_has_an_empty_page(
        self, backend: JobLogsUnderTest
    ) -> None:
        page = await backend.logs.read(ADA)
        assert (page.lines, page.next) == ([], None)

    async def test_lines_are_read_in_the_order_in_which_they_were_appended(
        self, backend: JobLogsUnderTest
    ) -> None:
        for begin in range(0, 30, 10):
            await backend.logs.append(numbered(range(begin, begin + 10)))
        assert await texts(backend) == [str(number) for number in range(30)]

    async def test_lines_of_many_jobs_in_one_call_go_to_their_jobs(
        self, backend: JobLogsUnderTest
    ) -> None:
        mixed = [line(f"{n}", job) for n in range(5) for job in (ADA, BOB)]
        await backend.logs.append(mixed)
        assert await texts(backend, ADA) == await texts(backend, BOB) == ["0", "1", "2", "3", "4"]

    async def test_nothing_to_append_is_nothing(self, backend: JobLogsUnderTest) -> None:
        await backend.logs.append([])
        assert await texts(backend) == []

    async def test_after_continues_a_page(self, backend: JobLogsUnderTest) -> None:
        await backend.logs.append(numbered(range(5)))
        first = await backend.logs.read(ADA, limit=3)
        second = await backend.logs.read(ADA, first.next, limit=3)
        assert [one.text for one in (*first.lines, *second.lines)] == ["0", "1", "2", "3", "4"]
        assert len(second.lines) == 2

    async def test_after_the_last_line_come_those_that_are_appended_later(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append(numbered(range(3)))
        end = (await backend.logs.read(ADA)).next
        nothing = await backend.logs.read(ADA, end)
        assert (nothing.lines, nothing.next) == ([], end)
        await backend.logs.append([line("later")])
        assert [one.text for one in (await backend.logs.read(ADA, end)).lines] == ["later"]

    async def test_an_after_that_no_page_had_is_refused(self, backend: JobLogsUnderTest) -> None:
        for strange in ("", "-", "+", "$", "x", "1-", "-1", "1 OR 1", "\u0661", "9" * 40):
            with pytest.raises(InvalidJob, match="is not where a page"):
                await backend.logs.read(ADA, strange)

    async def test_lines_that_are_the_last_already_are_not_added_again(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append([line("before")])
        batch = [*numbered(range(3)), *numbered(range(2), BOB)]
        await backend.logs.append(batch)
        await backend.logs.append(batch)
        assert await texts(backend) == ["before", "0", "1", "2"]
        assert await texts(backend, BOB) == ["0", "1"]

    async def test_lines_that_end_as_the_last_ones_are_added(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append([line("a"), line("b")])
        await backend.logs.append([line("c"), line("b")])
        assert await texts(backend) == ["a", "b", "c", "b"]

    async def test_of_each_job_the_last_thousand_lines_are_kept(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append(numbered(range(KEPT_LINES - 10)))
        await backend.logs.append([*numbered(range(5), BOB), *numbered(range(2000, 2030))])
        kept = await texts(backend)
        assert (len(kept), kept[0], kept[-1]) == (KEPT_LINES, "20", "2029")
        assert len(await texts(backend, BOB)) == 5

    async def test_of_a_call_with_more_lines_than_that_the_last_are_kept(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append(numbered(range(KEPT_LINES + 7)))
        kept = await texts(backend)
        assert (len(kept), kept[0], kept[-1]) == (KEPT_LINES, "7", str(KEPT_LINES + 6))

    async def test_a_text_that_is_too_long_is_kept_without_its_middle(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append([line("begin" + "." * 10 * LONGEST_TEXT + "end")])
        [text] = await texts(backend)
        assert len(text) <= LONGEST_TEXT
        assert text.startswith("begin.")
        assert text.endswith(".end")

    async def test_what_utf_8_cannot_say_is_spelled_out(self, backend: JobLogsUnderTest) -> None:
        await backend.logs.append([line("file \udcff"), LogLine(ADA, START, "\ud800", "next", 1)])
        [first, second] = (await backend.logs.read(ADA)).lines
        assert (first.text, second.level) == ("file \\udcff", "\\ud800")

    async def test_lines_are_kept_for_a_day_after_the_last(self, backend: JobLogsUnderTest) -> None:
        await backend.logs.append([line("first"), line("only", BOB)])
        await backend.advance(KEPT_FOR / 2)
        await backend.logs.append([line("last")])
        await backend.advance(KEPT_FOR - 2 * SECOND)
        assert await texts(backend) == ["first", "last"]
        assert await texts(backend, BOB) == []
        await backend.advance(3 * SECOND)
        assert await texts(backend) == []

    async def test_a_log_that_begins_anew_goes_on_after_the_old_one(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append([line("old")])
        end = (await backend.logs.read(ADA)).next
        await backend.advance(KEPT_FOR + SECOND)
        await backend.logs.append([line("new")])
        assert [one.text for one in (await backend.logs.read(ADA, end)).lines] == ["new"]

    async def test_lines_of_a_job_that_is_not_there_are_kept(
        self, backend: JobLogsUnderTest
    ) -> None:
        await backend.logs.append([line("alone", id_of("never-submitted"))])
        assert await texts(backend, id_of("never-submitted")) == ["alone"]

    async def test_another_adapter_reads_what_is_appended_at_once(
        self, backend: JobLogsUnderTest
    ) -> None:
        others = [await backend.another_job_logs() for _ in range(2)]
        calls = [logs.append(numbered([n], id_of(f"job-{n}"))) for n, logs in enumerate(others)]
        await asyncio.gather(*calls)
        assert [await texts(backend, id_of(f"job-{n}")) for n in range(2)] == [["0"], ["1"]]
