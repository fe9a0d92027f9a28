"""The end of a message is found wherever it was cut."""

import pytest

from jobsys.testing.faults.resp import resp, words

MESSAGES = [
    b"+OK\r\n",
    b"-ERR no\r\n",
    b":-12\r\n",
    b"$5\r\nab\r\nc\r\n",
    b"$-1\r\n",
    b"$0\r\n\r\n",
    b"*-1\r\n",
    b"*0\r\n",
    b"*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
    b"%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n_\r\n",
    b"~2\r\n#t\r\n,1.5\r\n",
    b">2\r\n+message\r\n+x\r\n",
    b"|1\r\n+ttl\r\n:3\r\n$1\r\na\r\n",
    b"=7\r\ntxt:abc\r\n",
    b"_\r\n",
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_ends_where_its_last_part_does(message: bytes) -> None:
    assert resp(message + b"+more") == len(message)
    assert [resp(message[:end]) for end in range(len(message))] == [0] * len(message)


def test_the_words_of_a_command_may_hold_anything() -> None:
    assert words(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\r\n$1\r\n") == [b"SET", b"k", b"\r\n$1"]


def test_a_command_without_a_frame_has_no_words() -> None:
    assert words(b"PING\r\n") == []
