"""The route Rasa calls, with real actions and fakes for knowledge and the business system."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.executor import build_executor
from actions.needs import Needs
from actions.region import RegionNumbers
from actions.router import build_router
from core.clock import LOCAL_ZONE
from core.conversation.business import ServiceHall
from core.conversation.content import Citation
from core.conversation.ports import KnowledgeHit, KnowledgeResult
from core.errors import NotAuthenticated, Unavailable

HIT = KnowledgeHit(
    "a1", "租房可以提取公积金吗", "可以。", 0.9, [Citation(document="条例")], "提取", ["要多久"]
)


def now() -> datetime:
    return datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)


def answer(text: str, region: str, earlier: tuple[str, ...]) -> KnowledgeResult:
    if "那" in text and "租房可以提取公积金吗" in earlier:
        return KnowledgeResult("answer", [replace(HIT, article_id="a2")])
    if "坏" in text:
        raise RuntimeError(f"broken while reading {text}")
    if "合同模板" in text:
        return KnowledgeResult("answer", [replace(HIT, score=0.7)])
    if "租房" in text:
        return KnowledgeResult("answer", [HIT])
    if text == "公积金":
        return KnowledgeResult("guide", [HIT], topic="公积金", task="查余额")
    if "条件" in text:
        return KnowledgeResult("guide", [HIT])
    return KnowledgeResult("unknown", [])


class Gateway:
    async def service_halls(self, region: str) -> list[ServiceHall]:
        if region == "down":
            raise Unavailable(part="business_system")
        return [
            ServiceHall("east", "城东大厅", "东路1号", "1", "9-17", "城东区"),
            ServiceHall("west", "城西大厅", "西路2号", "2", "9-17", "城西区"),
        ]


@pytest.fixture
def client(region: RegionNumbers) -> TestClient:
    app = FastAPI()
    needs = Needs(answer, lambda _: region, Gateway(), now, default_region="example")
    app.include_router(build_router(build_executor(needs), "secret"))
    return TestClient(app)


def call(
    action: str, text: str = "", intent: str = "", *, confidence: float = 0.9, **tracker: Any
) -> dict[str, Any]:
    """An action call as Rasa makes it, as far as the actions look."""
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": tracker.pop("entities", []),
        "metadata": {"region": tracker.pop("region", "example")},
    }
    state = {
        "sender_id": "c1",
        "slots": {},
        "latest_message": latest,
        "events": [],
        "latest_action_name": "action_listen",
        "active_loop": {},
        "paused": False,
        "followup_action": None,
        **tracker,
    }
    return {"next_action": action, "sender_id": "c1", "tracker": state, "domain": {}}


def run(client: TestClient, *args: Any, **kwargs: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """Events and custom payloads of one action."""
    response = client.post("/webhook?token=secret", json=call(*args, **kwargs))
    assert response.status_code == 200, response.text
    body = response.json()
    return body["events"], [r["custom"] for r in body["responses"]]


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong"])
def test_only_rasa_may_run_actions(client: TestClient, query: str) -> None:
    with pytest.raises(NotAuthenticated):
        client.post(f"/webhook{query}", json=call("action_knowledge"))


def test_an_unknown_action_is_404(client: TestClient) -> None:
    assert client.post("/webhook?token=secret", json=call("action_none")).status_code == 404


def test_a_sure_hit_is_an_answer_with_its_citations(client: TestClient) -> None:
    _, payloads = run(client, "action_knowledge", "租房能提吗")
    assert payloads[0]["content"]["type"] == "answer"
    assert payloads[0]["content"]["citations"][0]["document"] == "条例"
    assert payloads[1]["understanding"] == {
        "band": "answer", "article_id": "a1", "score": 0.9, "business": "提取"
    }  # fmt: skip


def test_an_unsure_hit_offers_questions_and_a_person(client: TestClient) -> None:
    _, payloads = run(client, "action_knowledge", "条件")
    values = [choice["value"] for choice in payloads[0]["content"]["choices"]]
    assert values == ["租房可以提取公积金吗", "转人工"]


def test_no_hit_says_so_and_offers_a_person(client: TestClient) -> None:
    _, payloads = run(client, "action_knowledge", "什么")
    assert payloads[0]["content"]["choices"][-1]["value"] == "转人工"
    assert payloads[1]["understanding"]["band"] == "unknown"


@pytest.mark.parametrize("action", ["action_knowledge", "action_inform"])
def test_a_question_is_looked_up_with_what_was_asked_before(
    client: TestClient, action: str
) -> None:
    said = [{"event": "user", "text": t} for t in ("租房可以提取公积金吗", "那外地呢")]
    _, payloads = run(client, action, "那外地呢", "inform", events=said)
    assert payloads[1]["understanding"]["article_id"] == "a2"


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        ("request_human", "asked_for_person"),
        ("wish", "asked_for_person"),
        ("complain", "complaint"),
        ("anger", "anger"),
    ],
)
def test_wishes_complaints_and_anger_are_handed_off(
    client: TestClient, intent: str, reason: str
) -> None:
    _, payloads = run(client, "action_hand_off", "……", intent)
    directive = payloads[-1]["directive"]
    assert (directive["type"], directive["reason"]) == ("hand_off", reason)


def test_a_handoff_carries_the_business_it_is_about(client: TestClient) -> None:
    said = {"entity": "business", "value": "医疗", "start": 0, "end": 2}
    _, payloads = run(client, "action_hand_off", "医保的事转人工", "request_human", entities=[said])
    assert payloads[-1]["directive"]["category"] == "医疗"
    _, payloads = run(
        client, "action_hand_off", "转人工", "request_human", active_loop={"name": "loan_form"}
    )
    assert payloads[-1]["directive"]["category"] == "信贷"


def test_a_sentence_taken_for_a_value_is_looked_up(client: TestClient) -> None:
    _, payloads = run(client, "action_inform", "三千五", "inform")
    assert payloads[0]["content"]["type"] == "choices"
    _, payloads = run(client, "action_inform", "我租房住两年了每月三千", "inform")
    assert payloads[0]["content"]["type"] == "answer"


def test_a_guessed_complaint_is_looked_up_instead(client: TestClient) -> None:
    _, payloads = run(client, "action_hand_off", "租房的事", "complain", confidence=0.35)
    assert payloads[0]["content"]["type"] == "answer"


def test_out_of_scope_is_answered_when_the_search_is_surer_than_the_classifier(
    client: TestClient,
) -> None:
    _, sure = run(client, "action_out_of_scope", "租房合同模板", "out_of_scope", confidence=0.9)
    assert sure[0]["content"]["type"] == "choices"
    _, unsure = run(client, "action_out_of_scope", "租房那个", "out_of_scope", confidence=0.4)
    assert unsure[0]["content"]["type"] == "answer"
    # An editor has published what the classifier still turns away.
    _, known = run(client, "action_out_of_scope", "租房那个", "out_of_scope", confidence=0.95)
    assert known[0]["content"]["type"] == "answer"
    _, neither = run(client, "action_out_of_scope", "条件", "out_of_scope", confidence=0.4)
    assert "帮不上" in neither[0]["content"]["text"]


@pytest.mark.parametrize(
    ("action", "intent"),
    [("action_knowledge", "nlu_fallback"), ("action_inform", "inform"), ("action_out_of_scope", "out_of_scope")],
)  # fmt: skip
def test_a_bare_topic_is_guided_whatever_the_classifier_takes_it_for(
    client: TestClient, action: str, intent: str
) -> None:
    _, payloads = run(client, action, "公积金", intent, confidence=0.95)
    assert [c["value"] for c in payloads[0]["content"]["choices"]] == [
        HIT.question,
        "查余额",
        "转人工",
    ]
    assert payloads[1]["understanding"]["band"] == "guide"


def test_yes_after_the_offer_of_a_person_accepts_it(client: TestClient) -> None:
    person = [{"label": "转人工", "value": "转人工"}]
    offered = {"content": {"type": "choices", "text": "要转人工吗？", "choices": person}}
    events = [
        {"event": "bot", "text": None, "data": {"custom": offered}},
        {"event": "bot", "text": None, "data": {"custom": {"understanding": {"band": "unknown"}}}},
        {"event": "user", "text": "好的"},
    ]
    _, payloads = run(client, "action_affirm", "好的", "affirm", events=events)
    assert [p["directive"]["reason"] for p in payloads] == ["guided"]
    _, payloads = run(client, "action_affirm", "好的", "affirm")
    assert not any("directive" in payload for payload in payloads)


def test_halls_of_the_named_district_come_alone(client: TestClient) -> None:
    _, payloads = run(client, "action_find_service_hall", "城西有网点吗")
    assert "城西大厅" in payloads[0]["content"]["text"]
    assert "城东大厅" not in payloads[0]["content"]["text"]


def test_without_the_business_system_there_is_a_way_out(client: TestClient) -> None:
    _, payloads = run(client, "action_find_service_hall", "大厅在哪", region="down")
    assert "12329" in payloads[0]["content"]["text"]


def test_what_editors_wrote_about_a_hall_goes_before_the_list(client: TestClient) -> None:
    _, certain = run(client, "action_find_service_hall", "租房那个窗口在哪")
    assert certain[0]["content"]["type"] == "answer"
    # 0.7 is enough only where there is no list to offer instead.
    _, unsure = run(client, "action_find_service_hall", "租房合同模板在哪")
    assert "大厅" in unsure[0]["content"]["text"]
    _, no_list = run(client, "action_find_service_hall", "租房合同模板在哪", region="down")
    assert no_list[0]["content"]["type"] == "answer"


def test_an_action_that_raises_apologises_and_logs_nothing_personal(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _, payloads = run(client, "action_knowledge", "坏了，我叫王小明")
    assert "转人工" in payloads[0]["content"]["choices"][0]["value"]
    assert "RuntimeError" in caplog.text
    assert "王小明" not in caplog.text


def test_a_form_survives_an_action_that_raises(client: TestClient) -> None:
    events, payloads = run(
        client,
        "validate_loan_form",
        "坏了怎么办？",
        "ask_loan",
        slots={"requested_slot": "loan_balance"},
        active_loop={"name": "loan_form"},
        events=[{"event": "user"}, {"event": "action", "name": "loan_form"}],
    )
    assert events == [{"event": "slot", "name": "loan_balance", "value": None}]
    assert payloads[0]["content"]["type"] == "choices"


def test_a_complete_form_ends_and_the_result_names_its_source(client: TestClient) -> None:
    slots = {
        "loan_household": "family",
        "loan_house": "first",
        "loan_balance": 80000_00,
        "loan_months": 36,
        "loan_income": 18000_00,
        "loan_sex": "male",
        "loan_age": 35,
        "loan_years": "skip",
        "loan_price": "skip",
    }
    events, payloads = run(client, "action_loan_result", slots=slots)
    text = payloads[0]["content"]["text"]
    assert "100万元" in text
    assert "示例数据" in text
    slot_events = [e for e in events if e["event"] == "slot"]
    stored = {e["name"]: e["value"] for e in slot_events}
    # Kept should the citizen change one; the form itself begins anew.
    last = stored.pop("last_task")
    assert last["form"] == "loan_form"
    assert last["answers"].items() >= slots.items()
    assert set(stored.values()) == {None}
    assert stored.keys() >= slots.keys()
