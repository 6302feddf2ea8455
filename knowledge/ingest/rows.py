"""What a file's rows become: raw rows from the readers, articles or refusals after validation. Used by all forms."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.errors import InvalidInput
from core.validation import reason
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
    "variants": ("微信文本", "渠道文本"),
    "attachments": ("附件",),
}
FIELDS = tuple(HEADINGS)
LISTS = ("similar", "next", "tags", "attachments")
_BY_HEADING = {h: f for f, headings in HEADINGS.items() for h in (f, *headings)}
MAX_KEY = 96
# What the tree of categories holds (knowledge/articles/categories.py; a test holds them equal).
# Not imported from there: a reading process would load the whole database layer.
MAX_NAME, MAX_PATH = 32, 200
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
    """Why a row was not taken. `field` is a column of the contract, or empty for the whole row.

    `values`: what stands in the file, so that the row can be mended.
    """

    number: int
    field: str
    reason: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class ArticleRow:
    """A row that can become an article. `category` is a path such as 提取/租房; None: the file does not say.

    `given`: fields of `content` the file has a column or line for, empty ones included. The others keep, in an
    article that exists already, what they have.
    """

    number: int
    key: str | None
    content: ArticleContent
    category: str | None = None
    given: tuple[str, ...] = ()


def field_of(heading: str) -> str | None:
    """The column a heading means, or None."""
    return _BY_HEADING.get(heading.strip().lower()) or _BY_HEADING.get(heading.strip())


def validate(rows: Iterable[RawRow | Refusal]) -> tuple[list[ArticleRow], list[Refusal]]:
    """Articles and refusals, each in the file's order. As `check`, for a whole file at once."""
    checked = list(check(rows))
    accepted = [row for row in checked if isinstance(row, ArticleRow)]
    return accepted, [row for row in checked if isinstance(row, Refusal)]


def check(rows: Iterable[RawRow | Refusal]) -> Iterator[ArticleRow | Refusal]:
    """Each row as an article or a refusal. No key, and no question of one region, may stand there twice.

    Two rows that bring their own keys may ask the same: they are told apart by them.
    """
    keys: dict[str, int] = {}
    questions: dict[tuple[str, str], tuple[int, str | None]] = {}
    for row in rows:
        result = row if isinstance(row, Refusal) else _validate(row)
        if isinstance(result, Refusal):
            yield result
            continue
        if result.key is not None:
            first = keys.setdefault(result.key, result.number)
            if first != result.number:
                yield Refusal(result.number, "key", f"与第 {first} 行的编号重复", row.values)
                continue
        asked = (result.content.question, result.content.region)
        first, key = questions.setdefault(asked, (result.number, result.key))
        if first != result.number and not (key and result.key):
            yield Refusal(result.number, "question", f"与第 {first} 行的问题重复", row.values)
            continue
        yield result


def _validate(row: RawRow) -> ArticleRow | Refusal:
    def refuse(field: str, reason: str) -> Refusal:
        return Refusal(row.number, field, reason, row.values)

    unknown = [str(name) for name in row.values if name not in HEADINGS]
    if unknown:
        return refuse(unknown[0][:64], "未知的字段")
    values = {name: _cell(name, value) for name, value in row.values.items()}
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    for name in ("question", "answer"):
        if name not in values:
            return refuse(name, "不能为空")
    key = values.pop("key", None)
    if key is not None and not _is_key(key):
        return refuse("key", "编号只能用小写字母、数字和短横线")
    category = values.pop("category", None)
    if category is not None and not _is_path(category):
        return refuse("category", f"分类写成 提取/租房 的样子，每级不超过 {MAX_NAME} 个字")
    values["answer_md"] = values.pop("answer")
    try:
        content = ArticleContent.model_validate(values)
        return ArticleRow(row.number, key, content, category, _given(row.values))
    except ValidationError as error:
        return refuse(*complaint(error))


def _is_path(category: Any) -> bool:
    """Whether the tree of categories can hold it (its own rules: knowledge/articles/categories.py)."""
    if not isinstance(category, str) or len(category) > MAX_PATH:
        return False
    names = [name.strip() for name in category.split("/")]
    return all(len(name) <= MAX_NAME and name.isprintable() for name in names)


def cell(name: str, value: Any, separator: str = "；") -> str:
    """A column's value as text of one cell or line, in the way `_cell` reads it again."""
    if name in LISTS and not any(_SEPARATORS.search(v) or v.startswith("[") for v in value):
        return separator.join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _given(values: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("answer_md" if name == "answer" else name for name in values)
    return tuple(name for name in names if name not in ("key", "category"))


def complaint(error: ValidationError) -> tuple[str, str]:
    """The column that is wrong first, and the reason for people."""
    first = error.errors()[0]
    where = str(first["loc"][0]) if first["loc"] else "effective_to"
    return where.replace("answer_md", "answer"), reason(first)


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and len(key) <= MAX_KEY and bool(re.fullmatch(KEY_PATTERN, key))


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
    if name == "question":
        return " ".join(value.split())
    if name in LISTS:
        if value.startswith("["):
            # So exported lists carry what the separators cannot.
            with suppress(json.JSONDecodeError, RecursionError):
                return json.loads(value)
        return [part.strip() for part in _SEPARATORS.split(value) if part.strip()]
    if name == "citations":
        return _citations(value)
    if name == "variants":
        return _variants(value)
    if name == "audience":
        return _AUDIENCES.get(value, value)
    if name.startswith("effective_") and (date := _DATE.fullmatch(value)):
        year, month, day = (int(part) for part in date.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return value


def _variants(text: str) -> Any:
    """{"wechat": ...} as exports write it, or just what WeChat shows."""
    if text.startswith("{"):
        with suppress(json.JSONDecodeError, RecursionError):
            return json.loads(text)
    return {"wechat": text}


def _citations(text: str) -> Any:
    if text.startswith("["):
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            return text
    result = []
    for line in (part.strip() for part in re.split(r"[\n;；]+", text)):
        if line:
            match = _CITATION.fullmatch(line)
            parts = match.groupdict(default="") if match else {"document": line}
            result.append({name: part.strip() for name, part in parts.items()})
    return result
