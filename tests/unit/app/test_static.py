"""Built files: compressed for who takes it, kept where the name says so, not sent again to who has them."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from app.static import ANYWHERE, BuiltFiles, takes_gzip

SCRIPT = b"console.log('bangban');\n" * 100


@pytest.fixture
def http(tmp_path: Path) -> httpx.AsyncClient:
    for name in ("first-Ab_9-xYz.js", "page.js"):
        (tmp_path / name).write_bytes(SCRIPT)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "small.css").write_text("a{}")
    site = Starlette(routes=[Mount("/widget", BuiltFiles(tmp_path, ANYWHERE))])
    return httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://test")


async def test_a_file_comes_compressed_and_says_so(http: httpx.AsyncClient) -> None:
    answer = await http.get("/widget/page.js", headers={"accept-encoding": "br, gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) < len(SCRIPT)
    assert answer.content == SCRIPT
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br"])
async def test_who_does_not_take_gzip_gets_the_file(http: httpx.AsyncClient, accepted: str) -> None:
    answer = await http.get("/widget/page.js", headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.content == SCRIPT
    # A cache in between must not give one to who asked for the other.
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_file_too_small_to_compress_comes_as_it_is(http: httpx.AsyncClient) -> None:
    answer = await http.get("/widget/small.css")
    assert (answer.text, answer.status_code) == ("a{}", 200)


async def test_only_a_name_with_a_hash_is_kept_for_ever(http: httpx.AsyncClient) -> None:
    hashed = await http.get("/widget/first-Ab_9-xYz.js")
    plain = await http.get("/widget/page.js")
    assert "immutable" in hashed.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"


async def test_who_has_the_file_is_told_so(http: httpx.AsyncClient) -> None:
    first = await http.get("/widget/page.js")
    again = await http.get("/widget/page.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"
    # The compressed one is another one.
    other = {"if-none-match": first.headers["etag"], "accept-encoding": "identity"}
    assert (await http.get("/widget/page.js", headers=other)).status_code == 200


async def test_what_is_not_there_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.get("/widget/nothing.js")).status_code == 404
    assert (await http.get("/widget/..%2f..%2fetc/passwd")).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [("", False), ("gzip", True), ("GZIP;q=0.5", True), ("*", True), ("*;q=0", False), ("gzip;q=0.0, *", False)],
)  # fmt: skip
def test_reading_what_is_accepted(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes
