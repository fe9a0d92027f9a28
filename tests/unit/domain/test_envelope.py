from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel

from jobsys.domain.envelope import Header, decode, encode
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import Standing, restored
from jobsys.domain.retention import Retention
from jobsys.domain.retry import RetryPolicy
from jobsys.domain.status import JobStatus, Reason

NOW = datetime(2030, 1, 1, tzinfo=UTC)
STANDING = Standing(JobStatus.QUEUED, JobPriority.NORMAL, NOW)
FULL = Header(
    type="greet",
    version=3,
    retry=RetryPolicy(max_attempts=5, base=timedelta(milliseconds=1500)),
    timeout=timedelta(minutes=90),
    retention=Retention(done=None, dead=timedelta(days=7)),
)


@pytest.mark.parametrize("header", [Header(type="greet"), FULL])
@pytest.mark.parametrize("payload", [b"{}", b'{"text":"two\\nlines"}', b'{"a":"\n"}'])
def test_an_envelope_is_read_back_as_it_was_written(header: Header, payload: bytes) -> None:
    assert decode(encode(header, JobPayload(payload))) == (header, payload)


CORRUPT = [b"", b"{}", b"\n{}", b"[]\n{}", b"{}\n{}", b"\xff\xfe\n{}", b'{"type":1}\n{}']


@pytest.mark.parametrize("raw", CORRUPT)
def test_bytes_that_are_no_envelope_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"envelope|Header"):
        decode(raw)


@pytest.mark.parametrize("raw", CORRUPT)
def test_a_record_of_unreadable_bytes_keeps_them_and_says_so(raw: bytes) -> None:
    record = restored(JobId("a:b"), raw, NOW, STANDING)
    assert (record.damage, record.payload, record.job_type) == (Reason.CORRUPT, raw, "")


def test_a_record_without_bytes_says_so() -> None:
    record = restored(JobId("a:b"), None, NOW, STANDING)
    assert (record.damage, record.payload) == (Reason.PAYLOAD_MISSING, b"")


TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


class ReleasedHeader(BaseModel, frozen=True):
    """What the releases knew that carried no trace."""

    type: str
    version: int = 1
    retry: RetryPolicy | None = None
    retention: Retention | None = None


def test_a_trace_is_carried_beside_what_the_submitter_chose() -> None:
    traced = FULL.traced(TRACE)
    assert decode(encode(traced, JobPayload(b"{}"))) == (traced, b"{}")
    assert traced.trace == TRACE
    assert traced.retry == FULL.retry
    assert FULL.trace is None


def test_a_release_that_knows_no_trace_reads_all_the_rest() -> None:
    read = ReleasedHeader.model_validate_json(FULL.traced(TRACE).line)
    assert read == ReleasedHeader.model_validate_json(FULL.line)


def test_what_carries_no_trace_is_written_as_before() -> None:
    assert Header(type="greet").line == b'{"type":"greet","version":1}'


@pytest.mark.parametrize("trace", [b"7", b'"x"', b'{"traceparent":1}', b"[1]", b"null"])
def test_a_trace_that_cannot_be_read_is_none_and_its_job_is_sound(trace: bytes) -> None:
    header, payload = decode(b'{"type":"greet","version":1,"trace":%b}\n{}' % trace)
    assert (header, payload) == (Header(type="greet"), b"{}")
