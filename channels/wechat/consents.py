"""A citizen withdrew what he had allowed WeChat to pass on, or closed his account: people have to see to his data.

Source: "授权用户信息变更" (服务号). WeChat pushes these as its own service; the citizen stands in `OpenID`. What the
product itself keeps of WeChat's data are the ids by which a citizen is known; what else an organisation has noted of
a contact is its own, and only a person can tell what the law wants of it. So it is audited and supervisors are told.
"""

from __future__ import annotations

from channels.tencent.receiving.pushes import Push
from channels.wechat import following
from core import audit
from core.conversation import repository
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event
from core.unit_of_work import UnitOfWork

REVOKED = "user_authorization_revoke"
CLOSED = "user_authorization_cancellation"
EVENTS = frozenset({REVOKED, CLOSED})
# RevokeInfo of an official account.
_WHAT = {
    "201": "地址",
    "202": "发票信息",
    "203": "卡券信息",
    "204": "麦克风",
    "205": "昵称和头像",
    "206": "位置信息",
    "207": "选中的图片或视频",
}
_REVOKED = (
    "一位市民在微信里撤回了授权（{what}）。系统没有另存这些信息；如果在联系人资料里记过，请删除。"
)
_CLOSED = "一位市民注销了微信账号。请按规定处理其联系人资料。"


async def changed(uow: UnitOfWork, inbox_id: str, push: Push) -> None:
    # The documentation's own example has a blank before the name.
    openid = push.get("OpenID") or push.get(" OpenID") or push.openid
    contact = await repository.contact_by_identity(uow.session, inbox_id, openid)
    if push.event == CLOSED:
        await following.left(uow, inbox_id, openid)
        what, text = "", _CLOSED
    else:
        codes = [code.strip() for code in push.get("RevokeInfo").split(",")]
        what = "、".join(_WHAT[code] for code in codes if code in _WHAT) or "其他信息"
        text = _REVOKED.format(what=what)
    audit.record(
        uow, actor="wechat", action=f"wechat.{push.event}",
        subject=f"contact:{contact.id}" if contact is not None else f"inbox:{inbox_id}", what=what,
    )  # fmt: skip
    if contact is None:
        return
    details = {"contact_id": contact.id, "inbox_id": inbox_id}
    alert = AlertRaised(code="authorization_revoked", message=text, details=details)
    room = Audience(agent_rooms=frozenset({SUPERVISOR_ROOM}))
    uow.publish(Event("alert.raised", alert, room))
