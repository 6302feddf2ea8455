"""What an account sends when its replies are used up: the settings of a template or subscribe message. Pure.

WeChat's fields have kinds (thing1, time2) with rules of their own; what does not fit is refused when it is entered,
so that nobody finds out when a citizen waits (error 47003).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from core.clock import LOCAL_ZONE
from core.conversation.content import printable

# What can stand in a field's text: {inbox} the account's name, {held} how many messages wait, {agent} who wrote,
# {time} now.
VALUES = frozenset({"inbox", "held", "agent", "time"})
_PLACE = re.compile(r"\{([^{}]*)\}")
_FIELD = re.compile(r"([a-z_]+?)\d*")
_HANZI = re.compile(r"[\u3400-\u9fff]+")
# Characters a field of a kind may hold: "订阅消息参数值内容限制说明", the same for template messages of a category.
# A field that is none of these kinds (keyword1, first, remark of older templates) has no rule.
MOST = {
    "thing": 20, "short_thing": 5, "character_string": 32, "letter": 32, "number": 32, "symbol": 5, "phrase": 5,
    "name": 10, "car_number": 8, "phone_number": 17, "const": 20,
}  # fmt: skip
_ONLY = {
    "character_string": re.compile(r"[!-~]+"),
    "letter": re.compile(r"[A-Za-z]+"),
    "number": re.compile(r"\d+(\.\d+)?"),
    "phrase": _HANZI,
}
TIMES = frozenset({"time", "date"})
# As long as such texts get: to see at once what will be cut off.
_SAMPLE = {"inbox": "公积金", "held": "1", "agent": "小李", "time": "2026年1月1日 09:30"}

Template = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{10,64}$")]


def _fit(fields: dict[str, str]) -> dict[str, str]:
    for name, text in fields.items():
        wrong = wrong_in(name, text)
        if wrong:
            raise ValueError(f"{name[:32]}：{wrong}")
    return fields


Fields = Annotated[
    dict[
        str, Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    ],
    Field(min_length=1, max_length=10),
    AfterValidator(_fit),
]


class ReminderConfig(BaseModel):
    """`kind`: template messages reach every follower; subscribe messages those who agreed to that very one.

    `fields`: by WeChat's name of the field what stands in it. `url`: the page a tap opens, "" for none.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["template", "subscribe"]
    template_id: Template
    fields: Fields
    url: str = Field("", max_length=500, pattern=r"^(https?://[!-~]+)?$")


def wrong_in(name: str, text: str) -> str:
    """Why a field cannot hold the text, "" when it can."""
    match = _FIELD.fullmatch(name)
    if match is None or len(name) > 32:
        return "字段名不对，应与模板里的一致，如 thing1、time2"
    unknown = set(_PLACE.findall(text)) - VALUES
    if unknown:
        return "花括号里只能是 inbox、held、agent 或 time"
    kind = match[1]
    if kind in TIMES:
        return "" if text == "{time}" else "时间字段请填 {time}"
    shown = _PLACE.sub(lambda place: _SAMPLE[place[1]], text)
    if "{time}" in text and kind != "thing":
        return "这个字段不能放时间"
    only = _ONLY.get(kind)
    if only is not None and not only.fullmatch(shown):
        return "内容不符合这种字段的规定（例如 number 只能是数字，phrase 只能是汉字）"
    most = MOST.get(kind)
    if most is not None and len(shown) > most:
        return f"最多 {most} 个字，这里有 {len(shown)} 个"
    return ""


def filled(
    fields: Mapping[str, str], values: Mapping[str, str], now: datetime
) -> dict[str, dict[str, str]]:
    """The `data` of the message. What is longer than the field after all is cut; nothing is ever left empty."""
    local = now.astimezone(LOCAL_ZONE)
    time = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    known = {name: _line(value) for name, value in {"time": time, **values}.items()}
    data = {}
    for name, text in fields.items():
        shown = _PLACE.sub(lambda place: known.get(place[1]) or _SAMPLE[place[1]], text)
        data[name] = {"value": _cut(name, _line(shown))}
    return data


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _cut(name: str, text: str) -> str:
    match = _FIELD.fullmatch(name)
    most = MOST.get(match[1]) if match else None
    if most is None or len(text) <= most:
        return text
    return text[: most - 1] + "…" if match is not None and match[1] == "thing" else text[:most]
