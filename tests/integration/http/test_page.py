"""The page's files: what is served of them, and how they were built."""

import gzip
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from jobsys.adapters.http import create_app
from jobsys.adapters.http.page_files import FILES, FOLDER
from jobsys.adapters.http.shield import HEADERS
from tests.integration.http.conftest import Api, container_for
from tests.support.page_sources import MARK, SOURCES, digest

MOST = 60_000
"""Bytes of all files together, as gzip packs them."""


@pytest.mark.parametrize(("path", "media_type"), [(p, kind) for p, (_, kind) in FILES.items()])
async def test_a_file_is_served_to_anybody_behind_the_same_headers_as_all_else(
    api: Api, path: str, media_type: str
) -> None:
    answer = await api.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert answer.content == (FOLDER / FILES[path][0]).read_bytes()
    assert (await api.client.head(path)).status_code == 200
    assert (await api.client.post(path)).status_code == 405


@pytest.mark.parametrize("path", ["/page.js.map", "/../app.py", "/page/", "/%2e%2e/app.py", "/api"])
async def test_nothing_else_is_served(api: Api, path: str) -> None:
    assert (await api.client.get(path)).status_code == 404


async def test_it_stands_under_whatever_path_it_is_mounted() -> None:
    host = FastAPI()
    host.mount("/ops/jobs", create_app(container_for()))
    async with AsyncClient(
        transport=ASGITransport(app=host), base_url="http://127.0.0.1"
    ) as client:
        page = await client.get("/ops/jobs", follow_redirects=True)
        assert page.url.path == "/ops/jobs/"
        named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        assert len(named) == len(FILES) - 1
        for relative in named:
            assert relative.startswith("./")
            assert (await client.get(f"/ops/jobs/{relative[2:]}")).status_code == 200


def test_the_page_has_no_script_or_style_of_its_own_which_its_policy_would_refuse() -> None:
    page = (FOLDER / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)


def test_the_page_is_built_of_the_sources_as_they_are() -> None:
    assert MARK.read_text().strip() == digest(), "the sources have changed: ./dev page builds it"


def test_every_change_of_the_sources_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("1")
    digests = {digest(tmp_path)}
    (tmp_path / "a.ts").write_text("2")
    digests.add(digest(tmp_path))
    (tmp_path / "a.ts").rename(tmp_path / "b.ts")
    digests.add(digest(tmp_path))
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "c.js").write_text("3")
    assert len(digests | {digest(tmp_path)}) == 3


def test_the_page_is_small_and_nothing_but_what_is_served_lies_beside_it() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*(f for f, _ in FILES.values()), MARK.name}
    packed = sum(len(gzip.compress((FOLDER / file).read_bytes())) for file, _ in FILES.values())
    assert packed <= MOST, f"{packed} bytes"


def test_no_source_of_the_page_is_long() -> None:
    sources = [*(SOURCES / "src").rglob("*.ts*"), *(SOURCES / "src").rglob("*.css")]
    assert sources
    assert [path.name for path in sources if len(path.read_text().splitlines()) > 200] == []
