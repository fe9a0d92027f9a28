import pytest

from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidJob, PayloadTooLarge
from jobsys.domain.validator import JobValidator, depth


class Note(BaseJob):
    text: str = ""


class Tree(BaseJob):
    root: object = None


def nested(levels: int) -> list[object]:
    tree: list[object] = []
    for _ in range(levels - 1):
        tree = [tree]
    return tree


def test_a_payload_up_to_the_limit_is_stored_as_it_is() -> None:
    limit = len(b'{"text":"12345"}')
    assert JobValidator(max_bytes=limit).payload_of(Note(text="12345")) == b'{"text":"12345"}'


def test_a_payload_one_byte_over_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(PayloadTooLarge, match=r"note: .* 17 bytes, over the limit of 16"):
        JobValidator(max_bytes=16).payload_of(Note(text="123456"))


def test_the_limit_counts_bytes_not_characters() -> None:
    with pytest.raises(PayloadTooLarge):
        JobValidator(max_bytes=16).payload_of(Note(text="ääää"))


def test_a_payload_as_deep_as_allowed_is_stored_and_one_level_more_is_refused() -> None:
    validator = JobValidator(max_depth=5)
    assert depth(validator.payload_of(Tree(root=nested(4)))) == 5
    with pytest.raises(PayloadTooLarge, match="deeper than 5 levels"):
        validator.payload_of(Tree(root=nested(5)))


def test_brackets_in_texts_and_beside_one_another_are_not_deep() -> None:
    validator = JobValidator(max_depth=2)
    validator.payload_of(Note(text='[[[{{{"\\[['))
    validator.payload_of(Tree(root=[1, 2, 3]))
    assert depth(b'{"a":[],"b":[],"c":"\\"[["}') == 2


def test_a_value_that_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidJob, match="tree: the payload cannot be stored"):
        JobValidator().payload_of(Tree(root=object()))
