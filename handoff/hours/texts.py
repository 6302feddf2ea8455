"""What citizens are told while they ask for people, wait, are served and are let go, for each inbox."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CONFIG_NAME = "handoff.texts"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ServiceTexts(BaseModel):
    """`{ahead}` people before one, `{opening}` the next duty hours, `{minutes}` waited, `{name}` of the agent."""

    model_config = ConfigDict(extra="forbid")

    person: Text = "正在为您转接人工客服，请稍候。"
    # Says the way out too: in a chat of WeChat there is no button for it.
    queued: Text = (
        "正在为您转接人工客服，您前面还有 {ahead} 位，请稍候。排队时可以继续补充问题；"
        "不想等了，回复“取消排队”即可。"
    )
    off_duty: Text = "现在不在人工服务时间，{opening}起有工作人员为您服务。其他问题可以继续问我。"
    off_duty_unknown: Text = "现在不在人工服务时间。其他问题可以继续问我。"
    full: Text = "目前排队的人很多，暂时无法接入人工客服，请稍后再试。其他问题可以继续问我。"
    nobody: Text = "现在没有工作人员在线，请稍后再试。其他问题可以继续问我。"
    timed_out: Text = (
        "很抱歉，工作人员都在忙，您已等待 {minutes} 分钟。可以稍后再转人工，也可以继续问我。"
    )
    claimed: Text = "{name} 为您服务。"
    released: Text = "已转回智能助手，您可以继续提问；需要时可再次转人工。"
    closed: Text = "会话已结束，感谢您的咨询。"


class InboxTexts(BaseModel):
    """Texts of one inbox that differ; the others are the usual ones."""

    model_config = ConfigDict(extra="forbid")

    person: Text | None = None
    queued: Text | None = None
    off_duty: Text | None = None
    off_duty_unknown: Text | None = None
    full: Text | None = None
    nobody: Text | None = None
    timed_out: Text | None = None
    claimed: Text | None = None
    released: Text | None = None
    closed: Text | None = None


class TextsSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    usual: ServiceTexts = ServiceTexts()
    inboxes: dict[str, InboxTexts] = Field(default={}, max_length=500)

    def of_inbox(self, inbox_id: str) -> ServiceTexts:
        own = self.inboxes.get(inbox_id, InboxTexts()).model_dump(exclude_none=True)
        return self.usual.model_copy(update=own)
