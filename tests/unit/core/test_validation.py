"""A refused field is named with a reason in Chinese, and its value is never repeated."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.validation import reason
from knowledge.articles.schemas import ArticleContent

GOOD = {"question": "租房可以提取公积金吗", "answer_md": "可以。"}
LONG = "字" * 30000
NO_LINK = "链接应是 http:// 或 https:// 开头的网址"


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"effective_from": "2026-02-01", "effective_to": "2026-01-31"}, "effective_to", "失效日期早于生效日期"),
        ({"effective_to": "soon"}, "effective_to", "日期应写成 2026-01-31 的样子"),
        ({"citations": [{"document": " "}]}, "citations.0.document", "不能为空"),
        ({"citations": [{"document": "条例", "link": "javascript:alert(1)"}]}, "citations.0.link", NO_LINK),
        ({"citations": [{"document": "条例", "link": "http://"}]}, "citations.0.link", NO_LINK),
        ({"citations": [{"document": "条例", "link": "https://[::"}]}, "citations.0.link", NO_LINK),
        ({"citations": [{"document": "条例", "link": "/local"}]}, "citations.0.link", NO_LINK),
        ({"question": LONG}, "question", "太长，最多 200 个字"),
        ({"answer_md": LONG}, "answer_md", "太长，最多 20000 个字"),
        ({"answer_md": "  "}, "answer_md", "不能为空"),
        ({"answer_md": "可以\x00。"}, "answer_md", "含有控制字符"),
        ({"similar": ["问一", "问\u202e二"]}, "similar.1", "含有控制字符"),
        ({"tags": ["租\ud800房"]}, "tags.0", "含有无法保存的字符"),
        ({"variants": {"wechat": LONG}}, "variants.wechat", "太长，最多 1300 个字"),
        ({"variants": {"fax": "可以"}}, "variants.fax.[key]", "不是允许的值"),
        ({"attachments": ["../../etc/passwd"]}, "attachments.0", "格式不对"),
        ({"next": ["Not A Key"]}, "next.0", "格式不对"),
        ({"audience": "everybody"}, "audience", "不是允许的值"),
        ({"category": "提取"}, "category", "没有这一项"),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_with_its_reason(change: dict, where: str, why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ArticleContent.model_validate(GOOD | change)
    (error,) = caught.value.errors()
    assert (".".join(map(str, error["loc"])), reason(error)) == (where, why)


def test_windows_line_ends_are_taken_as_line_ends() -> None:
    content = ArticleContent.model_validate(GOOD | {"answer_md": "一\r\n二"})
    assert content.answer_md == "一\n二"


def test_a_field_that_is_added_later_changes_no_hash() -> None:
    plain = ArticleContent.model_validate(GOOD)
    spelt_out = ArticleContent.model_validate(GOOD | {"tags": [], "variants": {}, "region": "全国"})
    assert plain.content_hash() == spelt_out.content_hash()
    assert (
        plain.content_hash()
        != ArticleContent.model_validate(GOOD | {"region": "甲市"}).content_hash()
    )
