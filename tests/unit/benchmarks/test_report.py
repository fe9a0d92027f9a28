"""What the pages say of the performance is what was measured."""

from tests.benchmarks import report
from tests.benchmarks.measures import MEASURES
from tests.benchmarks.summary import SHOWN

MEND = "run: ./dev bench --report"


def test_the_pages_show_the_figures_that_are_stored() -> None:
    for page, text in report.pages(report.latest()).items():
        assert report.BEGIN in text
        assert page.read_text(encoding="utf-8") == text, f"{page.name}: {MEND}"


def test_the_report_has_no_measure_that_is_gone() -> None:
    assert {row.measure for row in report.latest().rows} <= {each.name for each in MEASURES}, MEND


def test_the_summary_shows_measures_that_there_are() -> None:
    assert {measure for measure, _ in SHOWN} <= {each.name for each in MEASURES}


def test_only_what_is_between_the_marks_is_written_anew() -> None:
    page = f"above\n{report.BEGIN}\nold\n{report.END}below\n"
    assert report.with_figures(page, "new") == f"above\n{report.BEGIN}\nnew\n{report.END}below\n"
