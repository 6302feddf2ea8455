"""What a file's rows become: raw rows from the readers, articles or refusals after validation. Used by all forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.errors import InvalidInput
from knowledge.articles.schemas import KEY_PATTERN, ArticleContent

# The columns of every form, and the headings people write for them.
HEADINGS = {
    "key": ("编号", "条目编号"),
    "question": ("问题", "标准问", "标准问题"),
    "similar": ("相似问", "相似问题", "相似问法"),
    "answer": ("答案", "回答", "答复"),
    "citations": ("依据", "政策依据"),
    "category": ("分类", "类别"),
    "business": ("业务", "业务线"),
    "region": ("地区", "适用地区"),
    "audience": ("受众", "对象"),
    "effective_from": ("生效日期", "生效"),
    "effective_to": ("失效日期", "失效"),
    "next": ("下一步", "接着问"),
    "tags": ("标签",),
}
FIELDS = tuple(HEADINGS)
LISTS = ("similar", "next", "tags")
_BY_HEADING = {h: f for f, headings in HEADINGS.items() for h in (f, *headings)}
_AUDIENCES = {"公开": "public", "内部": "internal"}
_SEPARATORS = re.compile(r"[\n;；|]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
# 《文件》 文号 条款, the way people write a citation in a cell.
_CITATION = re.compile(
    r"《(?P<document>[^》]+)》\s*(?:[（(](?P<number>[^）)]+)[）)])?\s*(?P<clause>.*)"
)


class FileUnreadable(InvalidInput):
    """The file as a whole cannot be read. Details: `file`."""

    code, default_message = "file_unreadable", "文件无法读取。"


@dataclass(frozen=True)
class RawRow:
    """One row as it stands in the file; `number` is the line or row a person finds it at."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken. `field` is a column of the contract, or empty for the whole row."""

    number: int
    field: str
    reason: str


@dataclass(frozen=True)
class ArticleRow:
    """A row that can become an article. `category` is a path such as 提取/租房; None: the file does not say."""

    number: int
    key: str | None
    content: ArticleContent
    category: str | None = None


def field_of(heading: str) -> str | None:
    """The column a heading means, or None."""
    return _BY_HEADING.get(heading.strip().lower()) or _BY_HEADING.get(heading.strip())


def validate(rows: Iterable[RawRow | Refusal]) -> tuple[list[ArticleRow], list[Refusal]]:
    """Articles and refusals, each in the file's order. A question may stand in a file only once."""
    accepted: list[ArticleRow] = []
    refused: list[Refusal] = []
    seen: dict[str, int] = {}
    for row in rows:
        result = row if isinstance(row, Refusal) else _validate(row)
        if isinstance(result, ArticleRow):
            first = seen.setdefault(result.content.question, result.number)
            if first != result.number:
                result = Refusal(result.number, "question", f"与第 {first} 行的问题重复")
        if isinstance(result, Refusal):
            refused.append(result)
        else:
            accepted.append(result)
    return accepted, refused


def _validate(row: RawRow) -> ArticleRow | Refusal:
    unknown = [str(name) for name in row.values if name not in HEADINGS]
    if unknown:
        return Refusal(row.number, unknown[0], "未知的字段")
    values = {name: _cell(name, value) for name, value in row.values.items()}
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    for name in ("question", "answer"):
        if name not in values:
            return Refusal(row.number, name, "不能为空")
    key = values.pop("key", None)
    if key is not None and (not isinstance(key, str) or not re.fullmatch(KEY_PATTERN, key)):
        return Refusal(row.number, "key", "编号只能用小写字母、数字和短横线")
    category = values.pop("category", None)
    if category is not None and not (isinstance(category, str) and len(category) <= 32):
        return Refusal(row.number, "category", "太长")
    values["answer_md"] = values.pop("answer")
    try:
        return ArticleRow(row.number, key, ArticleContent.model_validate(values), category)
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0]) if first["loc"] else "effective_to"
        return Refusal(row.number, where.replace("answer_md", "answer"), _reason(first))


def _cell(name: str, value: Any) -> Any:
    """A cell's value in the contract's type, when it was written as text."""
    if hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and name in ("question", "answer")
    ):
        return str(value)
    if not isinstance(value, str):
        return value
    value = value.strip()
    if name in LISTS:
        return [part.strip() for part in _SEPARATORS.split(value) if part.strip()]
    if name == "citations":
        return _citations(value)
    if name == "audience":
        return _AUDIENCES.get(value, value)
    if name.startswith("effective_") and (date := _DATE.fullmatch(value)):
        year, month, day = (int(part) for part in date.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return value


def _citations(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    result = []
    for line in (part.strip() for part in re.split(r"[\n;；]+", text)):
        if line:
            match = _CITATION.fullmatch(line)
            parts = match.groupdict(default="") if match else {"document": line}
            result.append({name: part.strip() for name, part in parts.items()})
    return result


_REASONS = {
    "string_too_short": "太短",
    "string_too_long": "太长",
    "too_long": "太多",
    "missing": "缺少",
    "extra_forbidden": "未知的字段",
    "list_type": "应是列表",
    "string_type": "应是文字",
    "literal_error": "不是允许的值",
    "string_pattern_mismatch": "格式不对",
}


def _reason(error: Any) -> str:
    kind = str(error["type"])
    if kind.startswith("date"):
        return "日期应写成 2026-01-31 的样子"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return _REASONS.get(kind, str(error["msg"]))
