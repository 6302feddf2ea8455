"""The tree articles are filed in: finding and making nodes by path, and the few changes editors may make to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.unit_of_work import UnitOfWork
from knowledge.articles.models import Article, Category
from knowledge.articles.repository import ArticleRepository

SHIPPED_TREE = Path(__file__).resolve().parent.parent / "content" / "categories.yaml"
UNFILED = "未分类"
SEPARATOR = "/"
MAX_NAME, MAX_PATH, MAX_NODES = 32, 200, 1000
_NAME = re.compile(r"[^/\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class CategoryInUse(Conflict):
    """Details: `articles`, `children`."""

    code, default_message = "category_in_use", "这个分类下还有条目或子分类，不能删除。"


class CategoryExists(Conflict):
    code, default_message = "category_exists", "同一级里已有这个名称的分类。"


class Categories:
    """The whole tree in memory: some hundred nodes, read in one query. Changes go to its session.

    Whoever changes it holds the state lock (ArticleRepository.lock_state).
    """

    def __init__(self, session: AsyncSession, nodes: list[Category]) -> None:
        self._session = session
        self._by_id = {node.id: node for node in nodes}
        self._by_path = {node.path: node for node in nodes}
        self._by_shipped = {node.shipped: node for node in nodes if node.shipped}

    @classmethod
    async def load(cls, session: AsyncSession) -> Categories:
        return cls(session, list(await session.scalars(select(Category))))

    def get(self, category_id: str) -> Category:
        """Raises NotFound."""
        node = self._by_id.get(category_id)
        if node is None:
            raise NotFound("没有这个分类。", category_id=category_id)
        return node

    def path(self, category_id: str) -> str:
        return self.get(category_id).path

    def children(self, parent_id: str | None) -> list[Category]:
        """In their order."""
        found = [node for node in self._by_id.values() if node.parent_id == parent_id]
        return sorted(found, key=lambda node: (node.position, node.name))

    def walk(self, parent_id: str | None = None) -> Iterator[Category]:
        """Everything below, each node before its children."""
        for node in self.children(parent_id):
            yield node
            yield from self.walk(node.id)

    def file(self, path: str, business: str = "") -> str:
        """The id of the node a path written in a file means; what is missing is made.

        The first name may stand anywhere in the tree when it stands there only once, or below `business`:
        提取 finds 公积金/提取. Raises InvalidInput.
        """
        names = split(path)
        node = self._by_path.get(names[0]) or self._named(names[0], business)
        if node is None:
            node = self.add(names[0], None)
        for name in names[1:]:
            node = self._by_path.get(f"{node.path}{SEPARATOR}{name}") or self.add(name, node.id)
        return node.id

    def file_shipped(self, path: str) -> str:
        """As `file` for the product's own files: a node they brought is found though editors renamed it."""
        node = self._by_shipped.get(path) or self._by_path.get(path)
        if node is None:
            above, _, name = path.rpartition(SEPARATOR)
            node = self.add(name, self.file_shipped(above) if above else None)
        if node.shipped is None:
            node.shipped = path
            self._by_shipped[path] = node
        return node.id

    def add(self, name: str, parent_id: str | None) -> Category:
        """A new last child. Raises InvalidInput, CategoryExists, NotFound."""
        above = self.get(parent_id).path if parent_id is not None else ""
        path = self._free_path(name, above)
        if len(self._by_id) >= MAX_NODES:
            raise InvalidInput(f"分类最多 {MAX_NODES} 个。", field="name")
        node = Category(
            id=new_id(), parent_id=parent_id, name=path.rpartition(SEPARATOR)[2], path=path,
            position=len(self.children(parent_id)), shipped=None,
        )  # fmt: skip
        self._session.add(node)
        self._by_id[node.id] = self._by_path[path] = node
        return node

    def rename(self, node: Category, name: str) -> None:
        """Raises InvalidInput, CategoryExists."""
        above = node.path.rpartition(SEPARATOR)[0]
        self._set_path(node, self._free_path(name, above, node))

    def move(self, node: Category, parent_id: str | None) -> None:
        """To the end of another node's children. Raises InvalidInput into itself, CategoryExists, NotFound."""
        above = self.get(parent_id).path if parent_id is not None else ""
        if f"{above}{SEPARATOR}".startswith(f"{node.path}{SEPARATOR}"):
            raise InvalidInput("不能移到自己的下级里。", field="parent_id")
        path = self._free_path(node.name, above, node)
        node.position = len(self.children(parent_id))
        node.parent_id = parent_id
        self._set_path(node, path)

    def place(self, node: Category, position: int) -> None:
        """Put it at `position` among its siblings; past the end is the end."""
        siblings = [other for other in self.children(node.parent_id) if other is not node]
        siblings.insert(position, node)
        for index, sibling in enumerate(siblings):
            sibling.position = index

    def _named(self, name: str, business: str) -> Category | None:
        under = self._by_path.get(f"{business}{SEPARATOR}{name}")
        found = [node for node in self._by_id.values() if node.name == name]
        return under or (found[0] if len(found) == 1 else None)

    def _free_path(self, name: str, above: str, node: Category | None = None) -> str:
        name = name.strip()
        if not name or len(name) > MAX_NAME or not _NAME.fullmatch(name):
            raise InvalidInput(
                f"分类名称为 1 到 {MAX_NAME} 个字，不能含“/”和控制字符。", field="name"
            )
        path = f"{above}{SEPARATOR}{name}" if above else name
        if len(path) > MAX_PATH:
            raise InvalidInput("分类层级太深。", field="parent_id")
        if self._by_path.get(path) not in (None, node):
            raise CategoryExists(field="name", path=path)
        return path

    def _set_path(self, node: Category, path: str) -> None:
        below = [n for n in self._by_id.values() if n.path.startswith(f"{node.path}{SEPARATOR}")]
        if any(len(path) + len(n.path) - len(node.path) > MAX_PATH for n in below):
            raise InvalidInput("分类层级太深。", field="parent_id")
        for other in below:
            other.path = path + other.path[len(node.path) :]
        node.path, node.name = path, path.rpartition(SEPARATOR)[2]
        self._by_path = {n.path: n for n in self._by_id.values()}


def split(path: str) -> list[str]:
    """The names of a path, without empty ones; an empty path is 未分类."""
    return [name.strip() for name in path.split(SEPARATOR) if name.strip()] or [UNFILED]


def shipped_tree(file: Path = SHIPPED_TREE) -> list[str]:
    """The paths the product ships with, in their order."""
    tree = yaml.safe_load(file.read_text("utf-8"))
    return [
        path
        for top, names in tree.items()
        for path in (top, *(f"{top}{SEPARATOR}{name}" for name in names))
    ]


async def counts(session: AsyncSession) -> dict[str, int]:
    """Articles filed in each node itself, by the node's id."""
    query = select(Article.category_id, func.count()).group_by(Article.category_id)
    return {row[0]: row[1] for row in await session.execute(query)}


async def create(uow: UnitOfWork, name: str, parent_id: str | None, *, actor: str) -> Category:
    """A new node at the end of its siblings. Raises InvalidInput, CategoryExists, NotFound."""
    await ArticleRepository(uow.session).lock_state()
    node = (await Categories.load(uow.session)).add(name, parent_id)
    _audit(uow, node, actor, "category.created")
    return node


async def change(
    uow: UnitOfWork, category_id: str, *, actor: str,
    name: str | None = None, move_to: tuple[str | None] | None = None, position: int | None = None,
) -> Category:  # fmt: skip
    """Rename, move below `move_to[0]`, or reorder. Raises InvalidInput, CategoryExists, NotFound."""
    repository = ArticleRepository(uow.session)
    await repository.lock_state()
    tree = await Categories.load(uow.session)
    node = tree.get(category_id)
    before = node.path
    if move_to is not None and move_to[0] != node.parent_id:
        tree.move(node, move_to[0])
    if name is not None:
        tree.rename(node, name)
    if position is not None:
        tree.place(node, position)
    if node.path != before:
        # Results name the category, so the index reads these articles again.
        ids = [node.id, *(below.id for below in tree.walk(node.id))]
        query = select(Article.id).where(Article.category_id.in_(ids), Article.live)
        await repository.raise_revision(list(await uow.session.scalars(query)))
    _audit(uow, node, actor, "category.changed", before=before)
    return node


async def delete(uow: UnitOfWork, category_id: str, *, actor: str) -> None:
    """Raises NotFound, CategoryInUse unless it is empty."""
    await ArticleRepository(uow.session).lock_state()
    tree = await Categories.load(uow.session)
    node = tree.get(category_id)
    children = len(tree.children(node.id))
    articles = (await counts(uow.session)).get(node.id, 0)
    if children or articles:
        raise CategoryInUse(articles=articles, children=children)
    _audit(uow, node, actor, "category.deleted")
    await uow.session.delete(node)


def _audit(uow: UnitOfWork, node: Category, actor: str, action: str, **data: str) -> None:
    audit.record(
        uow, actor=actor, action=action, subject=f"category:{node.id}", path=node.path, **data
    )
