"""The log as loguru writes it: for people and as JSON, without secrets, and never in the way."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from loguru import logger

from jobsys.adapters.loguru.logging import LoguruLogging
from jobsys.adapters.loguru.record_handler import RecordHandler

log = logging.getLogger("jobsys.test")


@pytest.fixture(autouse=True)
def _left_as_it_was() -> Iterator[None]:
    yield
    source = logging.getLogger("jobsys")
    assert source.propagate
    assert not [one for one in source.handlers if isinstance(one, RecordHandler)]


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def console(stream: io.StringIO) -> Iterator[io.StringIO]:
    with LoguruLogging("INFO", as_json=False, stream=stream):
        yield stream


@pytest.fixture
def as_json(stream: io.StringIO) -> Iterator[io.StringIO]:
    with LoguruLogging("INFO", as_json=True, stream=stream):
        yield stream


def written(stream: io.StringIO) -> dict[str, object]:
    [line] = stream.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def test_a_line_for_people_has_its_time_its_level_and_its_text(console: io.StringIO) -> None:
    log.warning("Retrying image processing job (attempt %d/3)", 1)
    log.error("Image processing job failed after 3 attempts")
    first, second = console.getvalue().splitlines()
    assert first[4:5] == "-"
    assert first.endswith(" [WARN] Retrying image processing job (attempt 1/3)")
    assert second.endswith(" [ERROR] Image processing job failed after 3 attempts")


def test_a_line_of_a_job_names_it_unless_its_text_does(console: io.StringIO) -> None:
    log.info("halfway", extra={"job_id": "default:k"})
    log.info("default:k is done", extra={"job_id": "default:k"})
    first, second = console.getvalue().splitlines()
    assert first.endswith("halfway (job default:k)")
    assert second.endswith("default:k is done")


def test_json_has_one_object_a_line_with_the_ids_as_fields(as_json: io.StringIO) -> None:
    log.warning("two\nlines {braces} ü", extra={"job_id": "default:k", "attempt": 2, "size": 1.5})
    told = written(as_json)
    assert told.pop("time")
    assert told == {
        "level": "WARN",
        "logger": "jobsys.test",
        "message": "two\nlines {braces} ü",
        "job_id": "default:k",
        "attempt": 2,
        "size": 1.5,
    }


def test_a_traceback_is_written_without_the_values_of_variables(
    as_json: io.StringIO, stream: io.StringIO
) -> None:
    shelf = {"c4n4ry": 1}
    try:
        shelf.pop("".join(reversed("nothing")))
    except KeyError:
        log.exception("went wrong")
    trace = str(written(as_json)["exception"])
    assert trace.startswith("Traceback")
    assert "c4n4ry" not in trace


def test_a_traceback_for_people_is_indented_below_its_line(console: io.StringIO) -> None:
    try:
        raise ValueError("first\nsecond\x1b[2J")
    except ValueError:
        log.exception("went wrong")
    first, *below = console.getvalue().splitlines()
    assert first.endswith("went wrong")
    assert all(line.startswith("  ") for line in below)
    assert "\x1b" not in console.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "redis://bob:c4n4ry@host/0 is down",
        "redis://:c4n4ry@host/0",
        "password=c4n4ry",
        "db_password: 'c4n4ry and more'",
        '{"api_key": "c4n4ry"}',
        "Authorization: Bearer c4n4ry.abc",
        "header bearer c4n4ryc4n4ry",
        "url?access_token=c4n4ry&x=1",
        "SECRET=c4n4ry;",
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_secrets_in_texts_are_masked_whoever_wrote_them(
    stream: io.StringIO, as_json: bool, text: str
) -> None:
    with LoguruLogging("INFO", as_json=as_json, stream=stream):
        log.info(text)
        log.info("%s", text)
        log.info("see extra", extra={"told": text})
        logger.info(text)
        try:
            raise ValueError(text)
        except ValueError:
            log.exception("failed")
    assert len(stream.getvalue().splitlines()) >= 5
    assert "***" in stream.getvalue()
    assert "c4n4ry" not in stream.getvalue()


@pytest.mark.parametrize("name", ["password", "smtp_password", "Token", "api_key", "authorization"])
def test_secrets_beside_the_text_are_masked(as_json: io.StringIO, name: str) -> None:
    log.info("look", extra={name: "c4n4ry"})
    assert written(as_json)[name] == "***"


@pytest.mark.parametrize("evil", ["\n[ERROR] forged", "\r\x1b[2J", "\x9b31m", "\u202e", "\u2028x"])
def test_no_value_begins_a_line_of_its_own_or_steers_a_terminal(
    console: io.StringIO, evil: str
) -> None:
    log.warning("told: %s", evil, extra={"job_id": evil})
    [line] = console.getvalue().splitlines()
    assert line.isprintable()


def test_lines_below_the_level_are_not_even_made(stream: io.StringIO) -> None:
    with LoguruLogging("WARNING", as_json=False, stream=stream):
        assert not log.isEnabledFor(logging.INFO)
        log.info("quiet")
    assert stream.getvalue() == ""


def test_removed_it_leaves_logging_as_it_was(
    stream: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    logging_by_loguru = LoguruLogging("DEBUG", as_json=False, stream=stream)
    logging_by_loguru.install()
    logging_by_loguru.install()
    log.warning("once")
    logging_by_loguru.remove()
    logging_by_loguru.remove()
    log.warning("to the host")
    assert stream.getvalue().count("once") == 1
    assert "to the host" not in stream.getvalue()
    assert "to the host" in caplog.text
    assert not log.isEnabledFor(logging.DEBUG)


def test_other_loggers_of_the_host_stay_with_the_host(
    console: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("somebody").warning("mine")
    assert console.getvalue() == ""
    assert "mine" in caplog.text


class Untellable:
    def __str__(self) -> str:
        raise RuntimeError("cannot be told")

    __repr__ = __str__


def test_what_cannot_be_told_raises_nothing(as_json: io.StringIO) -> None:
    handler = RecordHandler()
    for told in (
        {"msg": "%s", "args": (Untellable(),)},
        {"msg": "%d", "args": ("no number",)},
        {"msg": "between the levels", "levelno": 25, "levelname": "NOTICE"},
        {"msg": Untellable()},
        {"msg": "beside", "thing": Untellable()},
        {"msg": "fine"},
    ):
        handler.handle(logging.makeLogRecord({"levelno": 30, "levelname": "WARNING", **told}))
    lines = [json.loads(line)["message"] for line in as_json.getvalue().splitlines()]
    assert lines[-1] == "fine"
    assert "between the levels" in lines


def test_a_full_disk_or_a_closed_stream_raises_nothing_and_makes_no_noise(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.close()
    with io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True) as full:
        for broken in (stream, full):
            with LoguruLogging("INFO", as_json=False, stream=broken):
                log.error("lost")
                logger.error("lost")
    assert capsys.readouterr().err == ""
