"""The settings of a reminder: refused when they are entered, never when a citizen waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from channels.tencent.replies.reminder_config import MOST, ReminderConfig, filled, wrong_in

NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
FIELDS = {
    "thing1": "{inbox}",
    "time2": "{time}",
    "number3": "{held}",
    "thing4": "{agent}给您回复了",
}


def config(fields: dict[str, str], **more: str) -> ReminderConfig:
    given: dict[str, object] = {"kind": "template", "template_id": "a" * 20, "fields": fields}
    return ReminderConfig.model_validate(given | more)


def test_fields_are_filled_in_with_chinas_time() -> None:
    data = filled(config(FIELDS).fields, {"inbox": "公积金", "held": "2", "agent": "小李"}, NOW)
    assert {name: field["value"] for name, field in data.items()} == {
        "thing1": "公积金",
        "time2": "2026年11月23日 00:30",
        "number3": "2",
        "thing4": "小李给您回复了",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("thing1", "字" * 21),
        ("phrase2", "6 个字"),
        ("phrase2", "六个汉字以上"),
        ("number3", "两条"),
        ("character_string4", "编号"),
        ("time5", "明天"),
        ("phrase6", "{time}"),
        ("thing7", "{phone}"),
        ("Thing1", "x"),
        ("thing-1", "x"),
        ("t" * 40, "x"),
    ],
)
def test_what_wechat_would_refuse_cannot_be_entered(name: str, text: str) -> None:
    assert wrong_in(name, text)
    with pytest.raises(ValidationError):
        config({name: text})


def test_fields_of_older_templates_have_no_rule() -> None:
    assert not wrong_in("keyword1", "很长的内容" * 8)
    assert not wrong_in("remark", "请回到公众号查看")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "gjj.example", "https://a b"])
def test_only_web_pages_can_be_opened(url: str) -> None:
    with pytest.raises(ValidationError):
        config(FIELDS, url=url)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_names_are_no_field_is_empty_or_too_long(inbox: str, agent: str) -> None:
    data = filled(config(FIELDS).fields, {"inbox": inbox, "held": "1", "agent": agent}, NOW)
    for name in ("thing1", "thing4"):
        assert 0 < len(data[name]["value"]) <= MOST["thing"]
        assert "\n" not in data[name]["value"]
