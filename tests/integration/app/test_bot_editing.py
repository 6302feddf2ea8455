"""Editors write intents, examples, reply texts, regression sentences and flows over HTTP; nothing goes live by that."""

from __future__ import annotations

import pytest

from bot.editing.catalogue import shipped
from core.auth.permissions import Role
from tests.integration.app.bot_console import (
    PARKING,
    PARKING_EXAMPLES,
    Console,
    update,
)
from tests.integration.app.site import Site


@pytest.fixture
async def wang(site: Site) -> Console:
    await site.add_account("wang", Role.EDITOR, "王编辑")
    return Console(site.http, await site.log_in("wang"))


@pytest.fixture
async def agent(site: Site) -> Console:
    await site.add_account("zhao", Role.AGENT)
    return Console(site.http, await site.log_in("zhao"))


async def test_an_intent_is_written_completed_and_switched_on(wang: Console) -> None:
    before = await wang.do("GET", "/intents")
    assert not before["untrained"]
    intent = await wang.parking(examples=PARKING_EXAMPLES[:4])
    assert intent["name"].startswith("own_")
    assert not intent["active"]
    assert intent["problems"] == ["至少要有 5 条例句，现在有 4 条"]
    status, code, error = await wang.refusal(
        "PUT", f"/intents/{intent['name']}", update(intent, active=True)
    )
    assert (status, code) == (422, "intent_incomplete")
    assert "5 条例句" in error["message"]
    await wang.do("POST", f"/intents/{intent['name']}/examples", {"texts": PARKING_EXAMPLES[4:]})
    active = await wang.activate(intent)
    assert active["active"]
    assert [e["text"] for e in active["sentences"]] == PARKING_EXAMPLES[::-1]
    listed = await wang.do("GET", "/intents")
    assert listed["items"][-1]["title"] == "停车信息"
    assert listed["untrained"]


async def test_an_example_of_another_intent_is_refused_naming_it(wang: Console) -> None:
    intent = await wang.parking()
    shipped_example = shipped().examples["thanks"][0]
    status, code, error = await wang.refusal(
        "POST", f"/intents/{intent['name']}/examples", {"texts": [f"{shipped_example}！"]}
    )
    assert (status, code) == (409, "example_taken")
    assert "道谢" in error["message"]
    assert error["details"]["intent"] == "thanks"


async def test_of_a_pasted_list_the_good_ones_are_added_and_the_others_named(wang: Console) -> None:
    intent = await wang.parking()
    texts = ["停车要钱吗你们那", PARKING_EXAMPLES[0], shipped().regression[0].text]
    texts += ["大厅那里好停车吗"]
    result = await wang.do("POST", f"/intents/{intent['name']}/examples", {"texts": texts})
    assert [e["text"] for e in result["added"]] == [texts[0], texts[3]]
    assert [r["code"] for r in result["refused"]] == ["example_twice", "regression_sentence"]
    [warning] = result["warnings"]
    assert (warning["near"], warning["same_intent"]) == (PARKING_EXAMPLES[0], True)


async def test_an_example_is_changed_in_its_place_and_not_into_somebody_elses(
    wang: Console,
) -> None:
    intent = await wang.parking()
    [first, *_] = intent["sentences"]
    said = await wang.do("PUT", f"/examples/{first['id']}", {"text": f"{first['text']}？"})
    assert [e["id"] for e in said["added"]] == [first["id"]]
    theirs = {"text": shipped().examples["thanks"][0]}
    _, code, _ = await wang.refusal("PUT", f"/examples/{first['id']}", theirs)
    assert code == "example_taken"
    again = await wang.do("GET", f"/intents/{intent['name']}")
    assert next(e["text"] for e in again["sentences"]) == f"{first['text']}？"


async def test_of_a_list_without_a_good_one_every_refusal_is_named(wang: Console) -> None:
    intent = await wang.parking()
    texts = PARKING_EXAMPLES[:2]
    _, _, error = await wang.refusal(
        "POST", f"/intents/{intent['name']}/examples", {"texts": texts}
    )
    assert [refusal["text"] for refusal in error["details"]["refusals"]] == texts


async def test_what_waits_for_a_training_is_told_line_by_line(wang: Console) -> None:
    draft = await wang.parking()
    pending = await wang.do("GET", "/pending")
    assert (pending["items"], pending["unused"]) == ([], [draft["title"]])
    await wang.activate(draft)
    pending = await wang.do("GET", "/pending")
    assert [(c["kind"], c["op"], c["added"]) for c in pending["items"]] == [
        ("intent", "added", 0),
        ("examples", "changed", len(PARKING_EXAMPLES)),
    ]
    assert pending["unused"] == []


@pytest.mark.parametrize(
    "text", ["一行\n两行", "控制\x07字符", "看不见\u200b的", "？！", "长" * 101, "half \ud800"]
)
async def test_what_is_no_sentence_is_refused(wang: Console, text: str) -> None:
    intent = await wang.parking()
    answer = await wang._http.post(
        f"/api/v1/bot/intents/{intent['name']}/examples", headers=wang._headers,
        content=b'{"texts": ["' + text.encode("unicode_escape") + b'"]}',
    )  # fmt: skip
    assert answer.status_code in (400, 422), answer.text


async def test_of_two_editors_the_second_is_told(wang: Console) -> None:
    intent = await wang.parking()
    path = f"/intents/{intent['name']}"
    await wang.do("PUT", path, update(intent, means="问停车。"))
    status, code, error = await wang.refusal("PUT", path, update(intent, means="问车位。"))
    assert (status, code) == (409, "bot_changed")
    assert error["details"]["edit"] == 2
    assert (await wang.refusal("DELETE", f"{path}?edit=1"))[1] == "bot_changed"
    await wang.do("DELETE", f"{path}?edit=2")
    assert (await wang.refusal("GET", path))[0] == 404


async def test_an_active_intent_cannot_lose_what_it_needs(wang: Console) -> None:
    intent = await wang.activate(await wang.parking())
    example = intent["sentences"][0]["id"]
    assert (await wang.refusal("DELETE", f"/examples/{example}"))[1] == "intent_incomplete"
    assert (await wang.refusal("DELETE", f"/intents/{intent['name']}?edit={intent['edit']}"))[
        1
    ] == "intent_in_use"
    assert len((await wang.do("GET", f"/intents/{intent['name']}"))["sentences"]) == 5


async def test_two_intents_of_one_title_are_refused(wang: Console) -> None:
    await wang.parking()
    assert (await wang.refusal("POST", "/intents", PARKING))[1] == "title_taken"
    assert (await wang.refusal("POST", "/intents", PARKING | {"title": "道谢"}))[1] == "title_taken"


async def test_a_reply_text_gets_variants_and_goes_back(wang: Console) -> None:
    name = "utter_thanks"
    changed = await wang.do(
        "PUT", f"/replies/{name}", {"edit": 0, "variants": ["不客气。", "应该的。"]}
    )
    assert changed["variants"] == ["不客气。", "应该的。"]
    assert changed["title"] == "回应道谢"
    body = {"edit": 0, "variants": ["好。"]}
    assert (await wang.refusal("PUT", f"/replies/{name}", body))[1] == "bot_changed"
    reset = await wang.do("DELETE", f"/replies/{name}?edit=1")
    assert reset["variants"] == reset["shipped"]
    assert (await wang.refusal("PUT", "/replies/utter_nothing", body))[0] == 404


async def test_a_reply_cannot_read_what_citizens_said(wang: Console) -> None:
    body = {"edit": 0, "variants": ["您的收入是{loan_income}"]}
    status, code, error = await wang.refusal("PUT", "/replies/utter_thanks", body)
    assert (status, code) == (422, "invalid_input")
    assert "花括号" in str(error)


async def test_a_sentence_is_either_learnt_from_or_tested_with(wang: Console) -> None:
    intent = await wang.parking()
    body = {"text": "停车场几点关门", "intent": intent["name"]}
    added = await wang.do("POST", "/regression", body)
    assert (await wang.do("GET", "/regression"))["items"][0]["id"] == added["id"]
    assert (await wang.refusal("POST", "/regression", body))[1] == "example_taken"
    example = {"text": PARKING_EXAMPLES[0], "intent": intent["name"]}
    assert (await wang.refusal("POST", "/regression", example))[1] == "example_taken"
    unknown = {"text": "别的", "intent": "own_nothing"}
    assert (await wang.refusal("POST", "/regression", unknown))[1] == "intent_unknown"
    await wang.do("DELETE", f"/regression/{added['id']}")


FLOW = {
    "nodes": [
        {
            "id": "a",
            "text": "您是单位还是个人？",
            "choices": [
                {"label": "单位", "also": ["公司"], "to": {"kind": "node", "node": "b"}},
                {"label": "个人", "to": {"kind": "end", "text": "请带身份证到大厅。"}},
            ],
        },
        {
            "id": "b",
            "text": "开过户了吗？",
            "choices": [
                {"label": "开过了", "to": {"kind": "task", "task": "query_balance"}},
                {"label": "没有", "to": {"kind": "question", "text": "单位怎么开户"}},
                {"label": "返回", "to": {"kind": "node", "node": "a"}},
                {"label": "找人", "to": {"kind": "person"}},
            ],
        },
    ]
}


async def test_a_flow_is_drafted_checked_and_used_by_an_intent(wang: Console) -> None:
    flow = await wang.do("POST", "/flows", {"title": "开户引导"})
    assert [p["code"] for p in flow["problems"]] == ["flow_empty"]
    body = {"edit": 1, "title": "开户引导", "content": FLOW, "active": True}
    flow = await wang.do("PUT", f"/flows/{flow['id']}", body)
    assert (flow["active"], flow["problems"]) == (True, [])
    intent = await wang.activate(await wang.parking(replies=[], flow_id=flow["id"]))
    assert intent["flow"]["title"] == "开户引导"
    status, code, _ = await wang.refusal("DELETE", f"/flows/{flow['id']}?edit={flow['edit']}")
    assert (status, code) == (409, "flow_in_use")


async def test_a_flow_that_leads_nowhere_is_not_switched_on(wang: Console) -> None:
    endless = {
        "nodes": [
            {"id": "a", "text": "一", "choices": [{"label": "去", "to": {"kind": "node", "node": "b"}}]},
            {"id": "b", "text": "二", "choices": [{"label": "回", "to": {"kind": "node", "node": "a"}}]},
            {"id": "c", "text": "三", "choices": [{"label": "缺", "to": {"kind": "node", "node": "x"}}]},
        ]
    }  # fmt: skip
    checked = await wang.do("POST", "/flows/check", {"content": endless})
    assert [(p["node"], p["code"]) for p in checked["problems"]] == [
        ("a", "node_endless"), ("b", "node_endless"), ("c", "node_missing"), ("c", "node_unreachable"),
    ]  # fmt: skip
    flow = await wang.do("POST", "/flows", {"title": "没有出口"})
    body = {"edit": 1, "title": "没有出口", "content": endless, "active": True}
    assert (await wang.refusal("PUT", f"/flows/{flow['id']}", body))[1] == "flow_invalid"


async def test_agents_see_and_change_nothing_of_it(agent: Console) -> None:
    for method, path in (("GET", "/intents"), ("POST", "/trainings"), ("POST", "/parse")):
        assert (await agent.send(method, path, {})).status_code == 403


async def test_an_editor_trains_and_does_not_switch(wang: Console) -> None:
    assert (await wang.send("POST", "/models/shipped/switch", {})).status_code == 403
    await wang.activate(await wang.parking())
    assert (await wang.send("POST", "/trainings", {"switch": True})).status_code == 403


async def test_what_was_written_is_in_the_audit_without_its_text(wang: Console, site: Site) -> None:
    from sqlalchemy import select

    from core.audit import AuditRow

    intent = await wang.parking()
    async with site.container.uows.read() as session:
        rows = list(
            await session.scalars(
                select(AuditRow).where(AuditRow.subject == f"bot_intent:{intent['name']}")
            )
        )
    assert [row.action for row in rows] == ["bot.intent_created", "bot.examples_added"]
    assert "停车" not in str([row.data for row in rows])
