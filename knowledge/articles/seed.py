"""Brings the shipped categories and articles into the database at start; unchanged files cost a hash."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from core.errors import BangbanError
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.validation import reason
from knowledge.articles import service
from knowledge.articles.categories import SEPARATOR, UNFILED, Categories, shipped_tree
from knowledge.articles.models import Article, ArticleVersion, ShippedFile
from knowledge.articles.repository import ArticleRepository
from knowledge.articles.schemas import KEY_PATTERN, ArticleContent
from knowledge.articles.service import SHIPPED, Written

CONTENT = Path(__file__).resolve().parent.parent / "content"
TREE = "categories.yaml"
_FIELDS = {
    "key",
    "question",
    "similar",
    "answer",
    "citations",
    "effective_from",
    "effective_to",
    "region",
    "audience",
    "next",
    "tags",
}
# libyaml, where it is built in, is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentFileInvalid(BangbanError):
    """Details: `file`, `article`, `field`."""

    code, status, default_message = "content_file_invalid", 500, "知识内容文件有误。"


@dataclass
class SeedReport:
    """How many articles were added, changed, taken out of use, and left because an editor changed them."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    kept: list[str] = field(default_factory=list)

    @property
    def touched(self) -> int:
        return self.added + self.changed + self.retired


@dataclass(frozen=True)
class ContentFile:
    """What a content file holds: articles by key, all filed under the path `category`."""

    category: str
    articles: dict[str, ArticleContent]


async def seed(units: UnitOfWorkFactory, folder: Path = CONTENT) -> SeedReport:
    """Read categories.yaml and the changed files of `folder`/articles in one transaction.

    Raises ContentFileInvalid.
    """
    digests = _digests(folder)
    async with units.read() as session:
        known = {
            path: f.sha256 for path, f in (await ArticleRepository(session).shipped_files()).items()
        }
    if known == digests:
        return SeedReport()
    # Parsed before the transaction: nobody waits for a slow file, and a broken one changes nothing.
    parsed = {
        path: read_file(folder / path)
        for path, digest in digests.items()
        if known.get(path) != digest and path != TREE
    }
    tree = shipped_tree(folder / TREE) if known.get(TREE) != digests.get(TREE) else []
    async with units.write() as uow:
        return await _store(uow, parsed, digests, tree)


def _digests(folder: Path) -> dict[str, str]:
    files = [*folder.glob(TREE), *sorted(folder.glob("articles/**/*.yaml"))]
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def read_file(path: Path) -> ContentFile:
    """Raises ContentFileInvalid."""
    try:
        data: Any = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ContentFileInvalid(f"{path.name} 不是正确的 YAML：{error}", file=path.name) from error
    if not isinstance(data, dict) or not isinstance(data.get("articles"), list):
        raise ContentFileInvalid(f"{path.name} 缺少 articles 列表", file=path.name)
    result: dict[str, ArticleContent] = {}
    for number, row in enumerate(data["articles"], start=1):
        key, content = _article(path, number, row, data)
        if key in result:
            raise ContentFileInvalid(f"{path.name} 的 key {key} 重复", file=path.name, article=key)
        result[key] = content
    above = [data["business"]] if "business" in data else []
    return ContentFile(SEPARATOR.join([*above, data.get("category", UNFILED)]), result)


def _article(path: Path, number: int, row: Any, file: dict[str, Any]) -> tuple[str, ArticleContent]:
    key = row.get("key") if isinstance(row, dict) else None
    name = str(key or f"第 {number} 条")
    if not isinstance(row, dict) or not isinstance(key, str) or not re.fullmatch(KEY_PATTERN, key):
        raise ContentFileInvalid(
            f"{path.name} 的{name}没有正确的 key", file=path.name, article=name
        )
    if unknown := row.keys() - _FIELDS:
        raise ContentFileInvalid(
            f"{path.name} 的 {name} 有未知字段 {'、'.join(sorted(unknown))}",
            file=path.name,
            article=name,
        )
    values = {k: v for k, v in row.items() if k not in ("key", "answer")}
    values |= {"answer_md": row.get("answer", ""), "business": file.get("business", "综合")}
    try:
        return key, ArticleContent.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "validity"
        raise ContentFileInvalid(
            f"{path.name} 的 {name}：{where} {reason(first)}",
            file=path.name,
            article=name,
            field=where,
        ) from error


async def _store(
    uow: UnitOfWork,
    parsed: dict[str, ContentFile],
    digests: dict[str, str],
    tree: list[str],
) -> SeedReport:
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    files = await repository.shipped_files()
    # Another server may have read them while this one waited for the lock.
    changed = {
        p: file for p, file in parsed.items() if p not in files or files[p].sha256 != digests[p]
    }
    gone = [p for p in files if p not in digests]
    report = SeedReport()
    wanted = {
        key: (path, content)
        for path, file in changed.items()
        for key, content in file.articles.items()
    }
    categories = await Categories.load(uow.session)
    for node in tree:
        categories.file_shipped(node)
    known = await repository.by_keys(list(wanted))
    latest = await repository.latest_versions([a.id for a in known.values()])
    published: list[str] = []
    for key, (path, content) in wanted.items():
        source = f"shipped:{path}"
        article = known.get(key)
        if article is None:
            category_id = categories.file_shipped(changed[path].category)
            written = await service.draft_article(
                uow, content, key=key, source=source, actor=SHIPPED, category_id=category_id
            )
            await service.publish_reviewed(uow, written, actor=SHIPPED)
            published.append(written.article.id)
            report.added += 1
            continue
        newest = latest[article.id]
        if _is_ours(newest):
            report.kept.append(key)  # an editor's own text or decision is never overwritten
        elif newest.content_hash != content.content_hash() or newest.status != "published":
            article.source = source
            version = await service.draft_version(
                uow, article, content, number=newest.number + 1, actor=SHIPPED
            )
            await service.publish_reviewed(uow, Written(article, version), actor=SHIPPED)
            published.append(article.id)
            report.changed += 1
        else:
            article.source = source  # it may have moved to another file
    for path in (*changed, *gone):
        report.retired += await _retire_missing(uow, repository, f"shipped:{path}", set(wanted))
    now = uow.clock.now()
    for path in (*changed, *([TREE] if tree else [])):
        await uow.session.merge(ShippedFile(path=path, sha256=digests[path], read_at=now))
    for path in gone:
        await uow.session.delete(files[path])
    if report.touched:
        await repository.raise_revision(published)
    return report


def _is_ours(newest: ArticleVersion) -> bool:
    """Whether an editor wrote, retired or rolled back what the product shipped."""
    theirs = newest.created_by == SHIPPED and newest.rolled_back_to is None
    return not theirs or newest.retired_by not in (None, SHIPPED)


async def _retire_missing(
    uow: UnitOfWork, repository: ArticleRepository, source: str, wanted: set[str]
) -> int:
    """Retire what a file no longer holds, unless an editor has taken the article over."""
    count = 0
    missing: list[Article] = [a for a in await repository.by_source(source) if a.key not in wanted]
    latest = await repository.latest_versions([a.id for a in missing])
    for article in missing:
        newest = latest[article.id]
        if not _is_ours(newest) and newest.status == "published":
            await service.retire(uow, article.id, actor=SHIPPED)
            count += 1
    return count
