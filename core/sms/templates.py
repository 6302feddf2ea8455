"""The texts that the product sends: names, variables, wordings. A provider's own templates are registered alike. Pure.

A provider sends only what it has approved, so the wordings here are what to hand in; the console shows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

CODE = "code"
# Providers refuse long variables; the limit of the strictest kind of variable at Aliyun and Tencent.
MAX_PARAM = 35
_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_LINE = re.compile(r"\s+")


@dataclass(frozen=True)
class Template:
    """`text` with {variables}. `at_once`: sent at any hour, as somebody is waiting for it."""

    name: str
    title: str
    text: str
    example: Mapping[str, str]
    at_once: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """The variables in the order in which they stand in the text, as Tencent counts them."""
        return tuple(dict.fromkeys(_VARIABLE.findall(self.text)))

    def fill(self, params: Mapping[str, str]) -> str:
        return _VARIABLE.sub(lambda found: params[found[1]], self.text)


TEMPLATES: Mapping[str, Template] = {
    each.name: each
    for each in (
        Template(
            CODE,
            "验证码",
            "您的验证码是{code}，{minutes}分钟内有效。请勿告诉他人。",
            {"code": "123456", "minutes": "5"},
            at_once=True,
        ),
        Template(
            "left_message_received",
            "收到留言",
            "您的留言已收到，编号{number}。我们会尽快答复。",
            {"number": "LY20261122-0001"},
        ),
        Template(
            "left_message_answer",
            "留言有答复",
            "您的留言{number}已有答复，请回到留言的页面查看。",
            {"number": "LY20261122-0001"},
        ),
        Template(
            "left_message_reply",
            "留言的简短答复",
            "关于您的留言{number}：{answer}。如有疑问，请回到留言的页面追问。",
            {"number": "LY20261122-0001", "answer": "请带身份证到市民中心二楼办理"},
        ),
        Template(
            "ticket_filed",
            "工单已登记",
            "您的工单已登记，编号{number}。凭编号和这个手机号，可以随时查询进度。",
            {"number": "GD20261122-0001"},
        ),
        Template(
            "ticket_answer",
            "工单已答复",
            "您的工单{number}已有答复，请凭编号和这个手机号查看。",
            {"number": "GD20261122-0001"},
        ),
        Template(
            "ticket_reply",
            "工单有回复",
            "您的工单{number}有新的回复，请凭编号和这个手机号查看。",
            {"number": "GD20261122-0001"},
        ),
        Template(
            "ticket_question",
            "工单需要补充",
            "您的工单{number}需要补充材料或说明，请凭编号和这个手机号查看。",
            {"number": "GD20261122-0001"},
        ),
        Template(
            "ticket_merged",
            "工单已合并",
            "您的工单{number}与{other}是同一件事，已合并办理，结果会同时告诉您。",
            {"number": "GD20261122-0001", "other": "GD20261122-0002"},
        ),
        Template(
            "reply_waiting",
            "微信里有回复待查看",
            "您咨询的问题有回复，请打开微信“{account}”查看。",
            {"account": "某市公积金"},
        ),
    )
}


class TemplateUnknown(ValueError):
    """A mistake of the caller: no such template, or other variables than it has."""


def checked(name: str, params: Mapping[str, str]) -> dict[str, str]:
    """The variables, each on one line and no longer than providers take. Raises TemplateUnknown."""
    template = TEMPLATES.get(name)
    if template is None or set(params) != set(template.params):
        raise TemplateUnknown(name)
    return {key: _LINE.sub(" ", value).strip()[:MAX_PARAM] for key, value in params.items()}
