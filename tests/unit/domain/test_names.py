import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from jobsys.domain.errors import InvalidName
from jobsys.domain.job_id import JobId, new_key
from jobsys.domain.names import checked_name

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["a", "0", "emails", "order-17", "v1.2_x", "A" * 64])
def test_letters_digits_and_three_signs_make_a_name(name: str) -> None:
    assert checked_name("queue", name) == name


@pytest.mark.parametrize(
    "text",
    ["", "-a", ".a", "_a", "a b", "a:b", "a*", "ä", "a/b", "a\n", "a\x00", "{a}", "A" * 65],
)
def test_anything_else_is_no_name_and_the_error_says_of_what(text: str) -> None:
    with pytest.raises(InvalidName, match=r"worker .* is not a name"):
        checked_name("worker", text)


def test_a_long_text_is_not_repeated_whole_in_the_error() -> None:
    with pytest.raises(InvalidName) as caught:
        checked_name("key", "x" * 100_000)
    assert len(str(caught.value)) < 300


def test_an_id_names_its_queue_and_its_key() -> None:
    job_id = JobId.parse("emails:order-17")
    assert (job_id, job_id.queue, job_id.key) == ("emails:order-17", "emails", "order-17")
    assert JobId.of("emails", "order-17") == job_id


@pytest.mark.parametrize("text", ["emails", "emails:", ":key", "a:b:c", "a b:c", "a:b*", ""])
def test_a_text_that_is_not_two_names_is_no_id(text: str) -> None:
    with pytest.raises(InvalidName):
        JobId.parse(text)


def test_new_keys_are_names_that_differ_and_sort_by_time() -> None:
    keys = [new_key(NOW + timedelta(milliseconds=n)) for n in range(100)]
    assert keys == sorted(set(keys))
    assert all(checked_name("key", key) for key in keys)
    drawn = [new_key(NOW) for _ in range(1000)]
    assert len(set(drawn)) == 1000
    assert {len(key) for key in drawn} == {28}


FORKING = """
import os
from datetime import UTC, datetime
from jobsys.domain.job_id import new_key

new_key(datetime.now(UTC))
child = os.fork()
if child:
    os.waitpid(child, 0)
print(*(new_key(datetime.now(UTC))[12:] for _ in range(300)), flush=True)
"""


def test_a_fork_draws_other_keys_than_its_parent() -> None:
    program = [sys.executable, "-c", FORKING]
    drawn = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
    assert len(drawn) == len(set(drawn)) == 600
