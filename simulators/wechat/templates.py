"""Notices made from templates, and what may stand in their fields. Pure.

Sources: documentation "模板消息", "订阅通知" and "订阅消息参数值内容限制说明".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from simulators.wechat.errors import Refused

# template: a follower gets it unasked. once: one for each consent. long: as many as wanted after one consent.
Kind = Literal["template", "once", "long"]

_FIELD = re.compile(r"\{\{\s*([a-z_]+\d*)\.DATA\s*\}\}")
_TIME = r"\d{1,2}:\d{2}(:\d{2})?"
_DATE = r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
_MOMENT = rf"({_DATE}\s*({_TIME})?|{_TIME})"
# Kind of field -> what its value must be.
RULES = {
    "thing": re.compile(r".{1,20}", re.DOTALL),
    "number": re.compile(r"-?\d{1,32}(\.\d{1,31})?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "time": re.compile(rf"{_MOMENT}(~{_MOMENT})?"),
    "date": re.compile(rf"{_DATE}\s*({_TIME})?(~{_DATE}\s*({_TIME})?)?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(\.\d{1,10})?元?"),
    "phone_number": re.compile(r"[\d+\-()\s]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fff]?[A-Za-z0-9]{1,7}[\u4e00-\u9fff]?"),
    "name": re.compile(r"(?=.*[\u4e00-\u9fff]).{1,10}|[^\u4e00-\u9fff\d]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


@dataclass(frozen=True)
class Template:
    """`content`: the wording, with {{thing1.DATA}} for each field."""

    id: str
    title: str
    content: str
    kind: Kind

    @property
    def fields(self) -> list[str]:
        return _FIELD.findall(self.content)

    def filled(self, data: Any) -> str:
        """The notice as the citizen reads it; raises Refused(47003) with the field that is wrong."""
        if not isinstance(data, dict):
            raise Refused(47003)
        values = {name: _value(name, data.get(name)) for name in self.fields}
        return _FIELD.sub(lambda found: values[found.group(1)], self.content)


def _value(name: str, given: Any) -> str:
    value = given.get("value") if isinstance(given, dict) else None
    text = str(value) if isinstance(value, str | int | float) else ""
    if not text.strip():
        raise Refused(47003, f"data.{name}.value is empty")
    rule = RULES.get(name.rstrip("0123456789"))
    if rule is not None and not rule.fullmatch(text):
        raise Refused(47003, f"data.{name}.value invalid")
    return text


# What the demo's accounts have, as their owner would have picked it from WeChat's library.
DEMO = {
    "official": [
        Template(
            "demo-template-reply-0000000000000000000001", "咨询回复提醒",
            "咨询内容：{{thing1.DATA}}\n回复时间：{{time2.DATA}}\n备注：{{thing3.DATA}}", "template",
        ),
        Template(
            "demo-subscribe-reply-000000000000000000001", "留言回复通知",
            "回复内容：{{thing1.DATA}}\n回复时间：{{time2.DATA}}", "once",
        ),
    ],
    "miniprogram": [
        Template(
            "demo-mini-reply-00000000000000000000000001", "咨询回复通知",
            "回复内容：{{thing1.DATA}}\n回复时间：{{time2.DATA}}", "once",
        ),
    ],
}  # fmt: skip
