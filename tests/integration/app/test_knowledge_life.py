"""The life of an article over HTTP: who may do what, what is refused and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import today
from core.ids import new_id
from tests.integration.app.editing import CITED, Editor, content
from tests.integration.app.site import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENDS_FIRST = {"effective_from": "2026-02-01", "effective_to": "2026-01-01"}
NO_LINK = "链接应是 http:// 或 https:// 开头的网址"


async def found(li: Editor, site: Site, **params: str) -> list[str]:
    await site.container.knowledge.refresher.refresh()
    query = {"q": "停车位能用公积金买吗", "top": 1, **params}
    results = (await li.do("GET", "/search", params=query))["results"]
    return [r["answer_md"] for r in results if r["question"].startswith("停车位")]


async def test_an_article_from_its_first_draft_to_its_rollback(
    site: Site, wang: Editor, li: Editor
) -> None:
    article = await wang.create()
    (version,) = article["versions"]
    assert (version["status"], version["edit"], article["in_force"]) == ("draft", 1, None)
    assert list(article["people"].values()) == ["王编辑"]
    article = await wang.do(
        "PUT", f"/versions/{version['id']}", {"edit": 1, "content": content(answer_md="不可以。")}
    )
    assert article["versions"][0]["edit"] == 2
    await wang.do("POST", f"/versions/{version['id']}/submit", {"note": "请审"})
    (waiting,) = (await li.do("GET", "/reviews"))["items"]
    assert (waiting["version_id"], waiting["note"], waiting["first"], waiting["may_publish"]) == (
        version["id"], "请审", True, True,
    )  # fmt: skip
    assert (await wang.do("GET", "/reviews"))["items"][0]["may_publish"] is False
    await li.do("POST", f"/versions/{version['id']}/send_back", {"comment": "写全"})
    await wang.do(
        "PUT",
        f"/versions/{version['id']}",
        {"edit": 2, "content": content(answer_md="停车位不能。")},
    )
    await wang.do("POST", f"/versions/{version['id']}/submit", {})
    article = await li.do("POST", f"/versions/{version['id']}/publish")
    assert article["in_force"] == version["id"]
    assert [r["text"] for r in article["versions"][0]["remarks"]] == ["请审", "写全"]
    assert set(article["people"].values()) == {"王编辑", "李班长"}
    assert await found(li, site) == ["停车位不能。"]
    assert await found(li, site, as_of="2020-01-01") == ["停车位不能。"]

    path = f"/articles/{article['id']}"
    article = await wang.do(
        "POST", f"{path}/versions", {"based_on": 1, "content": content(answer_md="停车位能。")}
    )
    second = article["versions"][0]["id"]
    diff = await li.do("GET", f"/versions/{second}/diff")
    assert (diff["against"], diff["calls_off"]) == (version["id"], [])
    assert diff["fields"] == {
        "answer_md": [
            {"op": "equal", "text": "停车位"}, {"op": "delete", "text": "不"}, {"op": "equal", "text": "能。"},
        ],
    }  # fmt: skip
    await wang.do("POST", f"/versions/{second}/submit", {})
    await li.do("POST", f"/versions/{second}/publish")
    assert await found(li, site) == ["停车位能。"]
    await li.do("POST", f"{path}/rollback", {"number": 1})
    assert await found(li, site) == ["停车位不能。"]
    await li.do("POST", f"{path}/retire")
    assert await found(li, site) == []


async def test_an_editor_writes_and_does_not_publish(wang: Editor, li: Editor) -> None:
    article = await wang.create()
    version = f"/versions/{article['versions'][0]['id']}"
    await wang.do("POST", f"{version}/submit", {})
    for path, body in (
        (f"{version}/publish", None),
        (f"{version}/send_back", {"comment": "x"}),
        (f"/articles/{article['id']}/retire", None),
        (f"/articles/{article['id']}/rollback", {"number": 1}),
    ):
        assert (await wang.refusal("POST", path, body))[:2] == (403, "permission_denied")
    mine = await li.create(question="李写的问题")
    version = f"/versions/{mine['versions'][0]['id']}"
    await li.do("POST", f"{version}/submit", {})
    assert (await li.refusal("POST", f"{version}/publish"))[1] == "second_person_required"


async def test_an_editor_has_no_desk_and_is_no_agent(site: Site, wang: Editor, li: Editor) -> None:
    agents = await site.http.get("/api/v1/agents", headers=li.headers)
    assert [agent["name"] for agent in agents.json()] == ["李班长"]
    assert (await site.http.get("/api/v1/agents", headers=wang.headers)).status_code == 403


async def test_every_refusal_names_what_is_wrong(wang: Editor) -> None:
    for change, where, why in (
        (ENDS_FIRST, "content.effective_to", "失效日期早于生效日期"),
        ({"citations": [{"document": "", "clause": "第一条"}]}, "content.citations.0.document", "不能为空"),
        ({"citations": [{"document": "条例", "link": "file:///etc/passwd"}]}, "content.citations.0.link", NO_LINK),
        ({"answer_md": "x\x07"}, "content.answer_md", "含有控制字符"),
        ({"question": "长" * 201}, "content.question", "太长，最多 200 个字"),
    ):  # fmt: skip
        status, code, details = await wang.refusal(
            "POST", "/articles", {"content": content(**change)}
        )
        assert (status, code, details["reasons"]) == (422, "invalid_input", {where: why})
    article = await wang.create(citations=[], next=["no-such-article"])
    version = f"/versions/{article['versions'][0]['id']}"
    refusals = [
        await wang.refusal("POST", f"{version}/submit", {}),
        await wang.refusal("PUT", version, {"edit": 7, "content": content()}),
        await wang.refusal("POST", f"/articles/{article['id']}/versions", {"based_on": 1, "content": content()}),
        await wang.refusal("POST", "/articles", {"content": content(), "category_id": new_id()}),
        await wang.refusal("POST", "/articles", {"content": content(attachments=[new_id()])}),
        await wang.refusal("DELETE", f"/versions/{new_id()}"),
        await wang.refusal("PATCH", f"/articles/{article['id']}", {"category_id": new_id()}),
    ]  # fmt: skip
    assert [code for _, code, _ in refusals] == [
        "citation_required", "article_changed", "draft_open", "not_found",
        "attachment_unknown", "not_found", "not_found",
    ]  # fmt: skip


async def test_filing_an_article_elsewhere_is_no_new_version(wang: Editor) -> None:
    article = await wang.create()
    top = await wang.do("POST", "/categories", {"name": "车位"})
    node = await wang.do("POST", "/categories", {"name": "买车位", "parent_id": top["id"]})
    moved = await wang.do("PATCH", f"/articles/{article['id']}", {"category_id": node["id"]})
    assert (moved["category"], len(moved["versions"])) == ("车位/买车位", 1)
    tree = {c["path"]: (c["articles"], c["total"]) for c in await wang.do("GET", "/categories")}
    assert (tree["车位"], tree["车位/买车位"]) == ((0, 1), (1, 1))
    assert (await wang.refusal("DELETE", f"/categories/{node['id']}"))[1] == "category_in_use"
    await wang.do("PATCH", f"/categories/{node['id']}", {"parent_id": None, "name": "停车"})
    listed = await wang.do("GET", "/articles", params={"category": node["id"]})
    assert [item["category"] for item in listed["items"]] == ["停车"]
    await wang.do("DELETE", f"/categories/{top['id']}")


async def test_a_preview_shows_both_channels_with_the_regions_numbers(
    site: Site, wang: Editor
) -> None:
    body = {
        "answer_md": "**可以**：{{fund.rent_withdraw_limit}}\n\n- [表](/a/b)",
        "citations": CITED,
    }
    shown = await wang.do("POST", "/render", body)
    assert shown["web_md"].startswith("**可以**：")
    assert "{{" not in shown["web_md"]
    assert shown["wechat_text"].startswith("可以：")
    assert "http://127.0.0.1" in shown["wechat_text"], "a link of ours is written out"
    assert shown["wechat_text"].endswith("依据：《住房公积金管理条例》第二十四条")
    shown = await wang.do("POST", "/render", {**body, "variants": {"wechat": "简答"}})
    assert shown["wechat_text"].startswith("简答\n\n依据：")
    kept = (await wang.upload(b"%PDF-1.7", "表.pdf")).json()
    body |= {"variants": {"wechat": "简答"}, "attachments": [kept["id"]]}
    shown = await wang.do("POST", "/render", body)
    assert f"[表.pdf]({kept['url']})" in shown["web_md"]
    assert (
        f"表.pdf：http://127.0.0.1:{site.container.settings.port}{kept['url']}"
        in shown["wechat_text"]
    )


async def test_what_ends_soon_is_listed_with_its_author(
    site: Site, wang: Editor, li: Editor
) -> None:
    ends = today(site.container.uows.clock) + timedelta(days=10)
    article = await wang.create(effective_to=ends.isoformat())
    version = f"/versions/{article['versions'][0]['id']}"
    await wang.do("POST", f"{version}/submit", {})
    assert (await li.do("GET", "/expiring"))["items"] == [], "a draft expires for nobody"
    await li.do("POST", f"{version}/publish")
    page = await li.do("GET", "/expiring", params={"within": 10})
    assert [(i["id"], i["expires_on"]) for i in page["items"]] == [
        (article["id"], ends.isoformat())
    ]
    assert list(page["people"].values()) == ["王编辑"]
    assert (await li.do("GET", "/expiring", params={"within": 9}))["items"] == []


async def test_tags_in_use_complete_what_an_editor_types(wang: Editor) -> None:
    await wang.create(tags=["车位", "购房"])
    await wang.create(tags=["车位"])
    assert await wang.do("GET", "/tags", params={"begins": "车"}) == [
        {"tag": "车位", "articles": 2}
    ]
    listed = await wang.do("GET", "/articles", params={"tag": "购房", "mine": True})
    assert len(listed["items"]) == 1
