"""Citizens' tickets over the socket: what windows send is checked, and what they have opened they hear of."""

from __future__ import annotations

from typing import Any

from core.ids import new_id
from tests.integration.app.clients import VisitorClient
from tests.integration.app.site import Site, on_sqlite

pytestmark = on_sqlite
PHONE = "13812345678"


def form(**changed: Any) -> dict[str, Any]:
    return {
        "client_msg_id": new_id(), "type": "complaint", "name": "王芳", "phone": PHONE, "code": "",
        "text": "单位三个月没有缴公积金", **changed,
    }  # fmt: skip


async def refusal(window: VisitorClient, command: str, payload: dict[str, Any]) -> str:
    answer = await window.ack(command, payload)
    assert not answer["ok"], answer
    return str(answer["error"]["code"])


async def test_what_is_no_payload_is_refused_before_anything_is_looked_at(site: Site) -> None:
    async with VisitorClient(site.url) as window:
        deep: dict[str, Any] = {}
        for _ in range(200):
            deep = {"a": deep}
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("file_ticket", form(text="字" * 5000)),
            ("file_ticket", form(fields={"unit": "字" * 30_000})),
            ("file_ticket", form(fields=[1])),
            ("file_ticket", form(client_msg_id="' or 1")),
            ("file_ticket", form(source="agent")),
            ("read_ticket", {"id": "../../etc"}),
            ("read_ticket", {"id": new_id(), "key": "f" * 500}),
            ("read_ticket", {"id": new_id(), "key": "\ud800"}),
            ("rate_ticket", {"id": new_id(), "score": 6}),
            ("open_ticket", {"number": "G" * 500, "phone": PHONE, "code": ""}),
        ]
        for command, payload in wrong:
            assert await refusal(window, command, payload) == "invalid_input", command
        assert await refusal(window, "file_ticket", form(fields={"unit": deep})) in (
            "ticket_field_refused", "invalid_input",
        )  # fmt: skip
        assert (await window.call("list_tickets"))["items"] == []


async def test_a_window_that_opened_a_ticket_hears_that_it_moved(site: Site) -> None:
    async with VisitorClient(site.url) as mine, VisitorClient(site.url) as other:
        assert not (await mine.call("ticket_forms"))["codes"]
        filed = await mine.call("file_ticket", **form())
        assert await refusal(other, "read_ticket", {"id": filed["id"]}) == "ticket_not_found"
        opened = await other.call("open_ticket", number=filed["number"], phone=PHONE, code="")
        assert opened["key"]
        await mine.call("urge_ticket", id=filed["id"])
        news = await other.hear("ticket.updated")
        assert (news["id"], news["step"]) == (filed["id"], "")
        again = await other.call("read_ticket", id=filed["id"], key=opened["key"])
        assert [step["kind"] for step in again["steps"]] == ["filed", "urged"]
        assert await refusal(mine, "read_ticket", {"id": new_id(), "key": opened["key"]}) == (
            "ticket_not_found"
        )
