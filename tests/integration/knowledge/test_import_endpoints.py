"""Imports and exports over HTTP: a file goes up, its rows come back, what is refused can be downloaded and mended."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.http_errors import install
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import NotAuthenticated
from knowledge.ingest.endpoints import build_router
from knowledge.ingest.jobs import ImportWorker
from knowledge.ingest.service import ImportService
from tests.integration.knowledge.kb import content, publish

PEOPLE = {"editor": Role.EDITOR, "supervisor": Role.SUPERVISOR, "agent": Role.AGENT}
GOOD = {"question": "公积金怎么查", "answer": "登录网站。"}
BAD = {"question": "=HYPERLINK(1)", "similar": ["怎么办", "如何办"]}


class Accounts:
    """Knows a token for each role. Stands in for the accounts of core.auth."""

    async def authenticate(self, token: str | None) -> Actor:
        if token not in PEOPLE:
            raise NotAuthenticated()
        return Actor(f"account-{token}", token, token, PEOPLE[token])


class Api:
    """The routes as an editor's browser calls them, and the worker behind them."""

    def __init__(self, client: httpx.AsyncClient, worker: ImportWorker) -> None:
        self.client = client
        self.worker = worker

    async def call(
        self, method: str, path: str, who: str = "editor", **how: object
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {who}"}
        return await self.client.request(method, f"/knowledge{path}", headers=headers, **how)  # type: ignore[arg-type]

    async def ready(self, *rows: dict, name: str = "a.jsonl") -> str:
        data = "\n".join(json.dumps(r, ensure_ascii=False) for r in rows).encode()
        answer = await self.call("POST", "/imports", files={"file": (name, data)})
        assert answer.status_code == 201, answer.text
        assert await self.worker.work_once()
        return str(answer.json()["id"])


@pytest.fixture
async def api(uow_factory) -> AsyncIterator[Api]:
    worker = ImportWorker(uow_factory)
    app = FastAPI()
    app.state.auth = Accounts()
    install(app)
    app.include_router(build_router(uow_factory, ImportService(uow_factory, worker)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Api(client, worker)


async def test_a_file_goes_up_and_its_rows_come_back_by_outcome(api: Api) -> None:
    job = await api.ready(GOOD, BAD)
    body = (await api.call("GET", f"/imports/{job}")).json()
    assert (body["state"], body["counts"]["new"], body["counts"]["refused"]) == ("ready", 1, 1)
    rows = (await api.call("GET", f"/imports/{job}/rows", params={"outcome": "refused"})).json()
    assert [(r["number"], r["field"]) for r in rows["items"]] == [(2, "answer")]
    first = (await api.call("GET", f"/imports/{job}/rows", params={"limit": 1})).json()
    assert (first["next"], len(first["items"])) == (1, 1)


async def test_a_changed_row_shows_what_it_changes(api: Api, uow_factory) -> None:
    await publish(uow_factory, content("公积金怎么查", answer_md="打电话。"))
    job = await api.ready(GOOD)
    detail = (await api.call("GET", f"/imports/{job}/rows/1")).json()
    assert [s["op"] for s in detail["diff"]["answer_md"]] == ["delete", "insert"]
    assert detail["other"]["answer_md"] == "打电话。"


async def test_rows_are_chosen_and_applied(api: Api) -> None:
    job = await api.ready(GOOD, {"question": "租房能取吗", "answer": "能。"})
    chosen = await api.call(
        "POST", f"/imports/{job}/rows/choose", json={"positions": [2], "wanted": False}
    )
    assert chosen.json()["left"]["new"] == 1
    assert (await api.call("POST", f"/imports/{job}/apply", json={})).json()["state"] == "applying"
    await api.worker.work_once()
    done = (await api.call("GET", f"/imports/{job}")).json()
    assert (done["state"], done["result"]["created"], done["result"]["skipped"]) == ("done", 1, 1)


@pytest.mark.parametrize("path", ["rows/{n}", "rows?after={n}"])
async def test_a_row_no_file_can_have_is_refused(api: Api, path: str) -> None:
    job = await api.ready(GOOD)
    answer = await api.call("GET", f"/imports/{job}/{path.format(n=10**30)}")
    assert answer.status_code == 422
    body = {"positions": [10**30], "wanted": True}
    answer = await api.call("POST", f"/imports/{job}/rows/choose", json=body)
    assert answer.status_code == 422


async def test_refused_rows_are_downloaded_without_formulas_and_come_back_mended(api: Api) -> None:
    job = await api.ready(GOOD, BAD)
    answer = await api.call("GET", f"/imports/{job}/refused")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[1][:3] == ["2", "answer", "不能为空"]
    assert "'=HYPERLINK(1)" in table[1], "a spreadsheet would run it"
    table[1][table[0].index("答案")] = "现在有了"
    text = io.StringIO()
    csv.writer(text).writerows(table)
    files = {"file": ("b.csv", text.getvalue().encode())}
    mended = (await api.call("POST", "/imports", files=files)).json()["id"]
    await api.worker.work_once()
    rows = (await api.call("GET", f"/imports/{mended}/rows")).json()["items"]
    assert [(r["outcome"], r["question"]) for r in rows] == [("new", "=HYPERLINK(1)")]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
async def test_the_template_can_be_imported_as_it_is(api: Api, form: str) -> None:
    template = await api.call("GET", "/imports/template", params={"form": form})
    files = {"file": (f"t.{form}", template.content)}
    job = (await api.call("POST", "/imports", files=files)).json()["id"]
    await api.worker.work_once()
    assert (await api.call("GET", f"/imports/{job}")).json()["counts"]["new"] == 1


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl", "docx", "md", "html"])
async def test_everything_is_exported_in_every_form(api: Api, uow_factory, form: str) -> None:
    await publish(uow_factory, content("公积金怎么查"))
    answer = await api.call("GET", "/exports", params={"form": form})
    assert answer.status_code == 200
    files = {"file": (f"kb.{form}", answer.content)}
    job = (await api.call("POST", "/imports", files=files)).json()["id"]
    await api.worker.work_once()
    assert (await api.call("GET", f"/imports/{job}")).json()["counts"]["unchanged"] == 1


async def test_wrong_requests_are_refused_with_a_code(api: Api) -> None:
    job = await api.ready(GOOD)
    wrong = [
        ("POST", "/imports", {"files": {"other": ("a.csv", b"x")}}, "invalid_input"),
        ("POST", "/imports", {"files": {"file": ("a.exe", b"x")}}, "file_unreadable"),
        ("POST", "/imports", {"files": {"file": ("a.csv", b"")}}, "file_unreadable"),
        ("GET", f"/imports/{job}/rows?outcome=strange", {}, "invalid_input"),
        ("GET", f"/imports/{job}/rows/7", {}, "not_found"),
        ("GET", "/imports/0193a6f0-0000-7000-8000-000000000000", {}, "not_found"),
        ("POST", f"/imports/{job}/apply", {"json": {"everything": True}}, "invalid_input"),
        ("POST", f"/imports/{job}/apply", {"json": {"publish": True}}, "permission_denied"),
        ("GET", "/exports?form=pdf", {}, "invalid_input"),
    ]  # fmt: skip
    got = [(await api.call(m, p, **how)).json()["error"]["code"] for m, p, how, _ in wrong]
    assert got == [code for *_, code in wrong]


async def test_only_editors_import_and_export(api: Api) -> None:
    calls = [
        ("POST", "/imports"),
        ("GET", "/imports"),
        ("GET", "/exports"),
        ("GET", "/imports/template"),
    ]
    assert [(await api.call(m, p, who="agent")).status_code for m, p in calls] == [403] * 4
    assert [(await api.call(m, p, who="nobody")).status_code for m, p in calls] == [401] * 4
