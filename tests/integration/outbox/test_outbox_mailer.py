"""What OutboxMailer leaves in its folder."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobsys.adapters.filesystem.file_store import LocalFileStore
from jobsys.adapters.outbox.mailer import OutboxMailer
from jobsys.domain.mail import MailContent
from jobsys.testing.suites.send import MAIL, parsed


@pytest.fixture
def mailer(tmp_path: Path) -> OutboxMailer:
    return OutboxMailer(LocalFileStore([tmp_path]), "out")


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_a_mail_is_a_file_named_after_its_key(mailer: OutboxMailer, tmp_path: Path) -> None:
    await mailer.send(MAIL)
    assert names_in(tmp_path / "out") == {"emails:1.eml"}


async def test_the_same_key_replaces_its_file(mailer: OutboxMailer, tmp_path: Path) -> None:
    await mailer.send(MAIL)
    await mailer.send(replace(MAIL, content=MailContent("second", "text")))
    [file] = (tmp_path / "out").iterdir()
    assert parsed(file.read_bytes())["Subject"] == "second"


@pytest.mark.parametrize("key", ["../../evil", "..", ".", "a/b", "a\0b", "a%2fb", "größe"])
async def test_a_key_never_leads_out_of_the_folder(
    mailer: OutboxMailer, tmp_path: Path, key: str
) -> None:
    await mailer.send(replace(MAIL, key=key))
    assert names_in(tmp_path) == {"out"}
    assert len(names_in(tmp_path / "out")) == 1
