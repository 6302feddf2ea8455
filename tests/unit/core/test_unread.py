"""What the bot says to what it cannot read."""

from __future__ import annotations

from core.conversation.content import ChoicesContent
from core.conversation.models import Message
from core.conversation.unread import reply_to


def said(*, again: bool = False, **content: object) -> str:
    reply = reply_to(Message(content=content), settled=True, again=again)
    (shown,) = reply.contents
    assert isinstance(shown, ChoicesContent)
    return shown.text


def test_what_has_not_come_yet_is_not_said_to_be_here() -> None:
    """WeChat announces papers that it never gives; the next line may have to say so."""
    assert said(type="file").startswith("文件收到了。")
    assert said(type="file", again=True).startswith("文件也收到了。")
    coming = said(type="file", state="pending")
    assert coming.startswith("我是智能助手，还不能阅读文件。")
    assert "收到" not in coming + said(type="file", state="pending", again=True)
    assert said(type="image", state="pending").startswith("图片收到了。")
    assert said(type="location", again=True).startswith("位置也收到了。")
