"""Whatever an article holds, it comes back from every form it can be exported to."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.articles import categories
from knowledge.articles.schemas import ArticleContent
from knowledge.ingest import rows
from knowledge.ingest.export import Exported, write
from knowledge.ingest.readers import read_rows
from knowledge.ingest.rows import validate

# What editors write, and what takes readers apart: separators, marks, formulas, headings, quotes, other scripts.
ODD = "=+-@'\"#*|；;：:,<>&[]{}\\`~_！？。（）《》/ \t"
LETTERS = st.sampled_from(f"公积金提取租房问答依据编号一二abc012{ODD}😀é\u3000")
LINE = st.text(LETTERS, max_size=24)
LABEL = st.text(LETTERS, min_size=1, max_size=12).map(lambda t: " ".join(t.split())).filter(bool)
QUESTION = st.text(LETTERS, min_size=2, max_size=30).map(lambda t: " ".join(t.split())).filter(
    lambda t: len(t) >= 2
)  # fmt: skip
MARKDOWN_LINE = st.one_of(
    LINE,
    st.sampled_from(
        ["", "# 标题", "## 二级", "\\## x", "- 一项", "-", "1. 第一", "| 甲 | 乙 |", "|---|---|", "```",
         "> 引用", "依据：《条例》第一条", "编号：abc", "问：什么", "答：这样", "[网站](https://gjj.gov.cn/a?b=1&c=2)",
         "<script>alert(1)</script>", "**粗**  ", "    缩进", "<!-- 注 -->"]
    ),
)  # fmt: skip
ANSWER = st.lists(MARKDOWN_LINE, min_size=1, max_size=8).map("\n".join).filter(str.strip)
DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1))
KEY = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
CITATION = st.fixed_dictionaries(
    {"document": LABEL},
    optional={"number": LABEL, "clause": LABEL, "link": st.just("https://gjj.gov.cn/?a=1&b=2")},
)
CATEGORY = st.lists(
    st.text(st.sampled_from("提取租房公积金；|：a-"), min_size=1, max_size=6),
    min_size=1,
    max_size=3,
).map("/".join)


@st.composite
def contents(draw: st.DrawFn) -> ArticleContent:
    begins, ends = draw(st.none() | DAY), draw(st.none() | DAY)
    if begins and ends and ends < begins:
        begins, ends = ends, begins
    return ArticleContent.model_validate(
        {
            "question": draw(QUESTION), "answer_md": draw(ANSWER),
            "similar": draw(st.lists(QUESTION, max_size=4)), "tags": draw(st.lists(LABEL, max_size=3)),
            "citations": draw(st.lists(CITATION, max_size=2)), "next": draw(st.lists(KEY, max_size=2)),
            "business": draw(LABEL), "region": draw(LABEL),
            "audience": draw(st.sampled_from(["public", "internal"])),
            "effective_from": begins, "effective_to": ends,
            "variants": draw(st.just({}) | ANSWER.map(lambda text: {"wechat": text})),
        }
    )  # fmt: skip


EXPORTED = st.lists(
    st.builds(Exported, key=KEY, category=CATEGORY, content=contents()),
    min_size=1, max_size=3, unique_by=lambda e: e.key,
)  # fmt: skip


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "docx", "md", "html"])
@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(articles=EXPORTED)
def test_an_export_is_read_again_as_it_was(
    ending: str, articles: list[Exported], tmp_path: Path
) -> None:
    write(tmp_path / f"kb.{ending}", articles)
    accepted, refused = validate(read_rows(tmp_path / f"kb.{ending}"))
    assert refused == []
    assert [Exported(r.key or "", r.category or "", r.content) for r in accepted] == articles


def test_rows_know_the_limits_of_the_category_tree() -> None:
    assert (rows.MAX_NAME, rows.MAX_PATH) == (categories.MAX_NAME, categories.MAX_PATH)
