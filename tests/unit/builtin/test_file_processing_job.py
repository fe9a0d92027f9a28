import pytest
from pydantic import ValidationError

from jobsys.domain.jobs.file_processing import FileOperation, FileProcessingJob


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".png", ".webp", ".JPG"])
def test_the_suffix_of_a_thumbnails_output_chooses_its_format(suffix: str) -> None:
    job = FileProcessingJob(operation="thumbnail", path="a.gif", output=f"small/a{suffix}")
    assert job.image_format == suffix.lower().lstrip(".").replace("jpg", "jpeg")


@pytest.mark.parametrize(
    ("operation", "output", "mend"),
    [
        ("checksum", "sum.txt", "leave output out"),
        ("gzip", "", "gzip needs output"),
        ("thumbnail", "", "thumbnail needs output"),
        ("gzip", "./in//a.png", "output is the file itself"),
        ("thumbnail", "a.tiff", "must end in .jpg, .jpeg, .png, .webp"),
        ("thumbnail", "png", "must end in"),
    ],
)
def test_an_output_that_does_not_suit_the_operation_is_refused_at_submit(
    operation: FileOperation, output: str, mend: str
) -> None:
    with pytest.raises(ValidationError, match=mend):
        FileProcessingJob(operation=operation, path="in/a.png", output=output)
