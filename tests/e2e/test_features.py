"""The page of features says what the tests show."""

import pytest

from tests.support.feature_table import PAGE, collected, page


def test_each_cell_of_the_page_is_a_test_that_there_is() -> None:
    assert PAGE.read_text() == page(collected())


def test_a_feature_that_no_test_shows_on_a_backend_is_no_empty_cell() -> None:
    with pytest.raises(LookupError, match="none for memory"):
        page([])
