"""Outcomes are words that programs compare: JSON shows them as they are."""

import re
from enum import StrEnum

import pytest

from jobsys.application.commands import CancelOutcome
from jobsys.application.dead_letter_moves import DeadLetterOutcome
from jobsys.application.store_check import Outcome
from jobsys.domain.edit import EditOutcome


@pytest.mark.parametrize("outcomes", [CancelOutcome, DeadLetterOutcome, EditOutcome, Outcome])
def test_each_outcome_is_one_word_in_snake_case(outcomes: type[StrEnum]) -> None:
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", outcome) for outcome in outcomes)
