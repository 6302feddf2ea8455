"""Who hears what when colleagues come and go: a mention, a join, a transfer, a login that a supervisor ends."""

from __future__ import annotations

from typing import Any

import pytest

from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.errors import NotAuthenticated
from core.ids import new_id
from handoff.agents.schemas import GroupWrite
from tests.integration.handoff.office import Desk, Office


async def _served(office: Office, desk: Desk) -> dict[str, str]:
    """A conversation in the desk's hands, as commands name it."""
    await desk.data("set_presence", status="online")
    conversation_id = await office.world.say("转人工")
    await desk.data("claim_conversation", conversation_id=conversation_id)
    await office.bus.idle()
    return {"conversation_id": conversation_id}


async def _group(office: Office, *desks: Desk) -> None:
    """They share a group, and so see each other's conversations; their desks learn it by themselves."""
    members = [desk.actor.account_id for desk in desks]
    await office.world.people.agents.save_group(
        GroupWrite(name="组", members=members), actor="system"
    )
    await office.namespace.heartbeat()


async def _said(office: Office, desk: Desk, text: str, *witnesses: Desk) -> bool:
    """Whether the desk has heard it by the time the witnesses have."""
    await office.world.say(text)
    for witness in witnesses:
        await witness.until_text(text)
    # An answer comes after whatever was sent before it.
    await desk.call("list_messages", conversation_id=new_id())
    return text in str(desk.heard)


async def _whisper(desk: Desk, mine: dict[str, str], *to: Desk) -> dict[str, Any]:
    return await desk.data(
        "send_message", **mine, client_msg_id="w", private=True,
        content=TextContent(text="只说给你听").model_dump(),
        mentions=[each.actor.account_id for each in to],
    )  # fmt: skip


async def test_who_has_joined_hears_it_until_stepping_out(office: Office) -> None:
    owner, colleague = await office.open_desk("a"), await office.open_desk("b")
    mine = await _served(office, owner)
    await owner.data("invite_to_join", **mine, agent_id=colleague.actor.account_id)
    await colleague.until("alert.raised", code="join_invited")
    await colleague.data("answer_join", **mine, accept=True)
    await colleague.data("join_conversation", **mine)
    await office.bus.idle()
    assert await _said(office, colleague, "加入后说的", owner, colleague)
    # Looking elsewhere is not leaving.
    await colleague.data("leave_conversation", **mine)
    assert await _said(office, colleague, "看别处时说的", owner, colleague)
    await colleague.data("step_out", **mine)
    await office.bus.idle()
    assert not await _said(office, colleague, "退出后说的", owner)
    assert (await colleague.call("join_conversation", **mine))["error"]["code"] == "not_found"


async def test_a_whisper_reaches_owner_and_mentioned_and_no_other_desk(office: Office) -> None:
    owner, meant, other = [await office.open_desk(each) for each in ("a", "b", "c")]
    mine = await _served(office, owner)
    sent = await _whisper(owner, mine, meant)
    assert sent["mentions"] == [meant.actor.account_id]
    alert = await meant.until("alert.raised", code="mentioned")
    assert alert["details"]["conversation_id"] == mine["conversation_id"]
    assert "只说给你听" not in str(meant.heard), "read it in the conversation"
    await meant.data("join_conversation", **mine)
    page = await meant.data("list_messages", **mine)
    assert page["messages"][-1]["mentions"] == [meant.actor.account_id]
    await other.call("list_messages", **mine)
    assert "alert.raised" not in other.names(mine["conversation_id"])


async def test_who_was_offered_it_may_look_until_it_is_decided(office: Office) -> None:
    owner, other = await office.open_desk("a"), await office.open_desk("b")
    mine = await _served(office, owner)
    await other.data("set_presence", status="online")
    offered = {**mine, "to_agent": other.actor.account_id}
    assert (await owner.data("transfer_conversation", **offered))[
        "owner_id"
    ] == owner.actor.account_id
    team = await other.until("team.updated")
    assert team["transfer"]["to_agent"] == other.actor.account_id
    await other.data("join_conversation", **mine)
    await other.data("decline_transfer", **mine, reason="忙")
    await owner.until("alert.raised", code="transfer_declined")
    await office.bus.idle()
    assert not await _said(office, other, "拒绝后说的", owner)

    await owner.data("transfer_conversation", **offered)
    assert (await other.data("accept_transfer", **mine))["owner_id"] == other.actor.account_id
    await office.bus.idle()
    assert await _said(office, other, "接受后说的", other)
    late = await owner.call(
        "send_message", **mine, client_msg_id="late", content={"type": "text", "text": "我还在"}
    )
    assert late["error"]["code"] == "not_owner"
    assert (await owner.call("accept_transfer", **mine))["error"]["code"] == "transfer_gone"


async def test_the_one_who_loses_it_to_a_supervisor_hears_why_and_nothing_more_of_it(
    office: Office,
) -> None:
    owner, boss = await office.open_desk("a"), await office.open_desk("boss", Role.SUPERVISOR)
    mine = await _served(office, owner)
    refused = await boss.call("take_over_conversation", **mine)
    assert refused["error"]["code"] == "invalid_input"
    taken = await boss.data("take_over_conversation", **mine, reason="市民投诉")
    assert taken["owner_id"] == boss.actor.account_id
    await owner.until("alert.raised", code="taken_over")
    await office.bus.idle()
    assert not await _said(office, owner, "给班长的话", boss)


async def test_what_waits_for_a_group_is_told_in_full_to_its_desks_and_to_supervisors(
    office: Office,
) -> None:
    member, other = await office.open_desk("m"), await office.open_desk("o")
    boss = await office.open_desk("boss", Role.SUPERVISOR)
    await _group(office, member)
    mine = await _served(office, other)
    [group] = await office.world.people.agents.list_groups()
    await other.data("transfer_conversation", **mine, to_group=group.id)
    queued = await member.until("conversation.queued")
    assert queued["conversation"]["preview"] == "转人工"
    await boss.until("conversation.queued")
    # The sender has served it, sees that it waits and may take it back.
    assert (await other.call("claim_conversation", **mine))["ok"] is True


async def test_a_supervisor_ends_the_logins_of_an_agent_whose_desks_close_at_once(
    office: Office,
) -> None:
    agent, boss = await office.open_desk("a"), await office.open_desk("boss", Role.SUPERVISOR)
    peer = await office.open_desk("b")
    wanted = {"agent_id": agent.actor.account_id}
    assert (await peer.call("log_out_agent", **wanted))["error"]["code"] == "permission_denied"
    await boss.data("log_out_agent", **wanted)
    await agent.until("disconnect")
    await boss.until("presence.updated", agent_id=agent.actor.account_id, status="offline")
    with pytest.raises(NotAuthenticated):
        await office.auth.authenticate(agent.token)
