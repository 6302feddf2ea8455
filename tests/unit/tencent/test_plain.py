"""Markdown as plain text, and the sources of an answer in a line."""

from __future__ import annotations

import pytest

from channels.tencent.rendering.plain import markdown_to_text
from channels.tencent.rendering.wording import answer_text, cite
from core.conversation.content import AnswerContent, Citation

RULE = Citation(document="住房公积金管理条例", number="国务院令第710号", clause="第二十四条第一款")


def test_links_to_our_own_server_are_written_out_in_full() -> None:
    text = "[表](/a/b.pdf) ![图](/c.png) [外](//evil.example) [站](https://x.example)"
    whole = (
        "表（https://gjj.example/a/b.pdf） [图]（https://gjj.example/c.png） "
        "外（//evil.example） 站（https://x.example）"
    )
    assert markdown_to_text(text, base="https://gjj.example/") == whole
    answer = AnswerContent(text_md=text, article_id="a", score=0.9, citations=[RULE])
    assert answer_text(answer, "https://gjj.example") == f"{whole}\n\n依据：{RULE}"


def test_citations_are_joined_and_optional() -> None:
    assert cite([]) == ""
    other = Citation(document="《社会保险法》", link="https://a.example")
    assert cite([RULE, other]).endswith("\n《社会保险法》 https://a.example")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("见[官网](https://a.cn)和<https://b.cn>", "见官网（https://a.cn）和https://b.cn"),
        ("条件：\n- 甲\n  1. 乙\n- 丙\n\n完", "条件：\n· 甲\n  1. 乙\n· 丙\n\n完"),
        ("# 标题\n正文", "标题\n\n正文"),
        ("|项目|金额|\n|-|-|\n|租房|1500|", "项目 | 金额\n租房 | 1500"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("![图](https://a.cn/1.png)", "[图]（https://a.cn/1.png）"),
        ("```\na\n b\n```", "a\n b"),
        ("3. 三\n4. 四", "3. 三\n4. 四"),
        ("", ""),
    ],
)
def test_markdown_loses_its_marks_and_nothing_else(markdown: str, text: str) -> None:
    assert markdown_to_text(markdown) == text
