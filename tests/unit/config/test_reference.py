"""What is written about the settings is true: the reference, and the example."""

from pathlib import Path

from jobsys.config import Settings
from jobsys.config.effective import effective
from jobsys.config.fields import settings_of
from jobsys.domain.priority import JobPriority
from tests.support.settings_reference import PAGE, with_table

EXAMPLE = Path(__file__).parents[3] / "configs" / "jobsys.example.yaml"


def test_the_reference_is_as_the_models_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run: python -m tests.support.settings_reference"


def test_every_setting_says_what_it_means() -> None:
    assert [one.name for one in settings_of(Settings) if not one.field.description] == []


def test_the_example_has_the_queues_that_many_services_have() -> None:
    queues = Settings(config=EXAMPLE).queues
    bounds = {name: queue.max_jobs for name, queue in queues.items() if queue.max_jobs}
    assert bounds == {"default": 1000, "email": 5000, "file_processing": 100, "cleanup": 50}
    together = {name: queue.concurrency for name, queue in queues.items() if queue.concurrency}
    assert together == {"email": 5, "image-processing": 3, "analytics": 2, "cleanup": 1}
    assert queues["urgent"].levels == (JobPriority.CRITICAL,)


def test_what_the_example_says_beside_its_queues_are_the_defaults() -> None:
    def values(settings: Settings) -> dict[str, object]:
        return {one.name: one.value for one in effective(settings)}

    example, defaults = values(Settings(config=EXAMPLE)), values(Settings())
    said = {name for name in example if not name.startswith("queues")} - {"config"}
    assert {name: example[name] for name in said} == {name: defaults[name] for name in said}
