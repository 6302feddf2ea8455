"""What 微信客服 answers to a message, and what it reports afterwards, in words for agents.

Sources: developer.work.weixin.qq.com 90313 (全局错误码), 94677 (发送消息), 94670 (消息发送失败事件).
"""

from __future__ import annotations

from channels.tencent.carrier import NotThisWay, RepliesSpent, TooLong, Unfollowed, WindowClosed
from core.conversation.ports import DeliveryRefused

# 95013, 95018 and 95016 depend on whose the session is; see sessions.py.
SESSION_OVER, NOT_THIS_STATE, NOT_ALLOWED = 95013, 95018, 95016
BAD_PARAMETER, BAD_CALLBACK_TOKEN, TOO_OFTEN = 40058, 95007, 45009
MEDIA_OVER = 40007

# What says that a session, or a code of one, is not what it was thought to be; nothing comes of asking again.
ABOUT_SESSION = frozenset({BAD_PARAMETER, SESSION_OVER, 95014, NOT_ALLOWED, NOT_THIS_STATE, 95019})
# Answers that are no matter of this one message.
SPECIAL = frozenset({NOT_THIS_STATE, MEDIA_OVER})


class MediaOver(DeliveryRefused):
    """WeChat does not know the medium any more: it is uploaded again."""


_REFUSED: dict[int, tuple[type[DeliveryRefused], str]] = {
    40003: (Unfollowed, "微信客服不认识这位市民的标识"),
    45002: (TooLong, "消息超过微信的长度限制"),
    95001: (RepliesSpent, "微信允许的回复条数已用完，请等市民再次发来消息"),
    95002: (WindowClosed, "市民超过 48 小时没有发消息，微信不允许再回复"),
    95008: (NotThisWay, "菜单消息的选项太多"),
    95009: (NotThisWay, "菜单消息的选项类型不正确"),
    95013: (WindowClosed, "微信客服的会话已结束，请等市民再次发来消息"),
    # Of those without a message of the citizen's own in 48 hours; a tap on a list is none.
    95024: (WindowClosed, "市民 48 小时内没有发消息，微信不允许再回复"),
}
IN_OTHER_HANDS = "企业微信的接待人员正在接待这位市民，本系统不能回复"

# fail_type of the event msg_send_fail; 3 is not used.
_FAILED = {
    0: "微信没有说明原因",
    1: "客服账号已被删除",
    2: "企业微信的应用已关闭",
    4: "会话已过期，市民超过 48 小时没有发消息",
    5: "会话已结束",
    6: "微信允许的 5 条回复已用完",
    7: "企业未绑定视频号",
    8: "企业主体未验证",
    9: "企业未绑定视频号且主体未验证",
    10: "市民拒收了消息",
    11: "企业的接待次数已到上限",
}
# After these WeChat lets nothing more through until the citizen writes.
WINDOW_GONE = frozenset({4, 5})
QUOTA_GONE = 6


def refusal(code: int) -> DeliveryRefused | None:
    """The exception for a refusal by send_msg; None: not a matter of this message, so trying again may help."""
    known = _REFUSED.get(code)
    return known[0](str(code), known[1]) if known is not None else None


def why(fail_type: int) -> str:
    """Why a message that was taken did not arrive."""
    return _FAILED.get(fail_type, _FAILED[0])
