"""What a ticket is about, as far as a citizen's words tell."""

from __future__ import annotations

import pytest

from handoff.tickets.guessing import answered, matter_of, title_of, type_of

TYPES = {
    "consultation": "咨询", "complaint": "投诉", "report": "举报", "suggestion": "建议",
    "correction": "信息更正", "noise": "噪音扰民", "other": "其他",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("怎么提取？急", "怎么提取"),
        ("没有标点的话", "没有标点的话"),
        ("一" * 50, "一" * 39 + "…"),
        ("。开头就是句号", "。开头就是句号"),
        (" 第一行\n第二行", "第一行"),
        ("", ""),
    ],
)
def test_a_title_is_how_the_text_begins(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_matter_is_the_first_text_that_says_something() -> None:
    assert (
        matter_of(["你好", "转人工", "单位三年没给我交公积金", "谢谢"]) == "单位三年没给我交公积金"
    )
    assert matter_of(["你好", "转人工"]) == "转人工"
    assert matter_of([]) == ""


@pytest.mark.parametrize(
    ("said", "task", "understood", "expected"),
    [
        (["我要投诉窗口"], "", [], "complaint"),
        (["我要举报有人骗提，之前投诉过"], "", [], "report"),
        (["我的名字登记错了"], "", [], "correction"),
        (["楼下噪音扰民怎么办"], "", [], "noise"),
        (["怎么提取公积金"], "", [], "consultation"),
        (["等了两个小时没人管"], "", ["anger"], "complaint"),
        (["查进度"], "投诉登记", [], "complaint"),
        ([], "", [], None),
    ],
)
def test_the_type_follows_from_words_tasks_and_what_the_bot_understood(
    said: list[str], task: str, understood: list[str], expected: str | None
) -> None:
    assert type_of(said, TYPES, task=task, understood=understood) == expected


def test_a_type_that_is_not_in_use_is_not_guessed() -> None:
    assert type_of(["我要投诉"], {"other": "其他"}) is None


def test_answers_of_a_task_go_to_the_fields_they_are_about() -> None:
    names = {"诉求": "wanted", "反映的问题": "kind", "证据": "evidence", "证据材料": "files"}
    said = [
        "反映的问题：系统故障",
        "您的诉求：尽快修好",
        "手里的证据材料：截图",
        "没有冒号",
        "诉求：",
        "单位名称：某公司",
    ]
    assert answered(said, names) == {"kind": "系统故障", "wanted": "尽快修好", "files": "截图"}
