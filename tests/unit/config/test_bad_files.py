"""A settings file that cannot be used is refused with its name, the line, and what to mend."""

from pathlib import Path

import pytest

from jobsys.config import Settings
from jobsys.domain.errors import ConfigurationError

LAUGHS = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))


def refusal(file: Path, content: str | bytes) -> str:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as caught:
        Settings(config=file)
    assert file.name in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("worker:\n  queues: [a\nlog: b\n", "line 3, column 4"),
        ("worker:\n\tconcurrency: 4\n", "line 2, column 1"),
        (LAUGHS, "line 2, column 10: no aliases"),
        ("files: !!python/object/apply:os.system [ls]\n", "line 1, column 8"),
        ("namespace: a\nnamespace: b\n", "line 2, column 1: 'namespace' stands here twice"),
        ("on: 5\n", "True is no name"),
        ("worker:\n  1: 5\n", "worker.1 is no name"),
        ("- a\n- b\n", "names and values"),
        ("just text", "names and values"),
        ("[" * 5000, "nested too deeply"),
        ("a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 40)), "nested too deeply"),
        ("namespace: \x07\n", "special characters"),
        (b"namespace: \xff\n", "byte 11 is no UTF-8"),
        (b"#" * (1024 * 1024 + 1), "larger than"),
        ("config: other.yaml\n", "leave out config"),
        ("worker:\n  concurency: 4\n", "did you mean worker.concurrency?"),
        ("concurrency: 4\n", "did you mean worker.concurrency?"),
        ("queues: {email: {max_job: 4}}\n", "queues.email.max_job"),
        ("worker: 5\n", "worker"),
        ("worker: {lease_for: 10}\n", "give a timedelta or a text with units"),
        ("retry: {base: 1:30}\n", "is no duration"),
        ("metrics: {port: 99999}\n", "metrics.port"),
        ("metrics: {namespace: go-mvc}\n", "metrics.namespace"),
        ("log: {format: xml}\n", "'console' or 'json'"),
    ],
)
def test_a_bad_yaml_file_is_refused_and_the_place_is_named(
    tmp_path: Path, content: str | bytes, told: str
) -> None:
    assert told in refusal(tmp_path / "jobsys.yaml", content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[worker\n", "line 1, column 8"),
        ('namespace = "a"\nnamespace = "b"\n', "line 2"),
        (f"{'a.' * 3000}a = 1\n", "nested too deeply"),
        ("worker = 5\n", "worker"),
    ],
)
def test_a_bad_toml_file_is_refused_and_the_place_is_named(
    tmp_path: Path, content: str, told: str
) -> None:
    assert told in refusal(tmp_path / "jobsys.toml", content)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    assert "ends in .yaml, .yml or .toml" in refusal(tmp_path / "jobsys.ini", "[worker]")


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    for name in ("folder.yaml", "missing.yaml"):
        with pytest.raises(ConfigurationError, match=f"{name} cannot be read"):
            Settings(config=tmp_path / name)


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "worker:\nqueues:\n  email:\n"])
def test_a_file_that_says_nothing_yet_changes_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "jobsys.yaml"
    file.write_text(content)
    assert Settings(config=file).worker == Settings().worker


def test_no_secret_of_a_wrong_value_is_repeated(tmp_path: Path) -> None:
    told = refusal(tmp_path / "jobsys.yaml", "backend: [redis://:hunter2@cache/0]\n")
    assert "hunter2" not in told
