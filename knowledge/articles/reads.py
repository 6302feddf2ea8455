"""What the knowledge base's routes give and take, besides an article's contents (schemas.py)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.conversation.content import Citation
from core.ids import Id
from knowledge.articles.categories import MAX_NODES
from knowledge.articles.diff import Segment
from knowledge.articles.models import Article, ArticleVersion, Attachment, Category
from knowledge.articles.schemas import (
    ArticleContent,
    Audience,
    Channel,
    ChannelText,
    Markdown,
    Status,
)

Remarked = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
# Who acts without being a person.
MACHINES = {"shipped": "产品自带", "import": "批量导入", "system": "系统"}


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArticleSummary(BaseModel):
    """A line of the list. The texts are the newest version's; `live`: a version is published."""

    id: str
    key: str
    question: str
    category: str
    category_id: str
    business: str
    region: str
    audience: Audience
    status: Status
    version: int
    live: bool
    expires_on: date | None
    author: str
    updated_at: datetime

    @classmethod
    def of(cls, article: Article, path: str) -> ArticleSummary:
        return cls(
            id=article.id, key=article.key, question=article.question, category=path,
            category_id=article.category_id, business=article.business, region=article.region,
            audience=article.audience, status=article.status, version=article.number,
            live=article.live, expires_on=article.expires_on, author=article.author,
            updated_at=article.updated_at,
        )  # fmt: skip


class ArticlePage(BaseModel):
    """`people`: names of the authors, by what stands in `author`."""

    items: list[ArticleSummary]
    next: str | None
    people: dict[str, str] = {}


class AttachmentRead(BaseModel):
    id: str
    name: str
    media_type: str
    size: int
    url: str

    @classmethod
    def of(cls, attachment: Attachment, url: str) -> AttachmentRead:
        return cls(
            id=attachment.id, name=attachment.name, media_type=attachment.media_type,
            size=attachment.size, url=url,
        )  # fmt: skip


class Remark(BaseModel):
    """What was said about a version on its way."""

    kind: Literal["note", "sent_back", "withdrawn"]
    by: str
    at: datetime
    text: str


class VersionRead(BaseModel):
    """A version as it is stored; `edit` is to be given back with a change of a draft."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    article_id: str
    number: int
    status: Status
    edit: int
    question: str
    similar: list[str]
    answer_md: str
    citations: list[Citation]
    business: str
    region: str
    audience: Audience
    effective_from: date | None
    effective_to: date | None
    next: list[str]
    tags: list[str]
    variants: dict[Channel, str]
    attachments: list[str]
    remarks: list[Remark]
    rolled_back_to: int | None
    created_by: str
    authors: list[str]
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    reviewed_by: str | None
    published_at: datetime | None
    retired_at: datetime | None
    retired_by: str | None

    @classmethod
    def of(cls, version: ArticleVersion) -> VersionRead:
        return cls.model_validate(version)

    @property
    def people(self) -> set[str]:
        known = {*self.authors, self.created_by, self.reviewed_by, self.retired_by}
        known |= {remark.by for remark in self.remarks}
        return {person for person in known if person}


class ArticleRead(BaseModel):
    """An article with all its versions, newest first. `in_force`: the id of the version that holds today."""

    id: str
    key: str
    source: str
    category_id: str
    category: str
    live: bool
    expires_on: date | None
    created_at: datetime
    updated_at: datetime
    in_force: str | None
    versions: list[VersionRead]
    attachments: list[AttachmentRead]
    people: dict[str, str]


class ArticleCreate(_Request):
    content: ArticleContent
    category_id: Id | None = None


class ArticleUpdate(_Request):
    category_id: Id


class VersionCreate(_Request):
    """`based_on`: the number of the newest version the editor saw."""

    based_on: int = Field(ge=1)
    content: ArticleContent


class VersionUpdate(_Request):
    """`edit`: the draft's counter as the editor saw it."""

    edit: int = Field(ge=1)
    content: ArticleContent


class Submission(_Request):
    note: Remarked = ""


class SendingBack(_Request):
    comment: Annotated[Remarked, Field(min_length=1)]


class Rollback(_Request):
    number: int = Field(ge=1)


class Deleted(BaseModel):
    article_id: str
    article_deleted: bool


class ReviewRead(BaseModel):
    """A version that waits for a second person. `may_publish`: the caller has not written in it."""

    version_id: str
    article_id: str
    number: int
    edit: int
    question: str
    category: str
    audience: Audience
    authors: list[str]
    submitted_at: datetime
    note: str
    first: bool  # nothing of this article is published yet
    may_publish: bool


class ReviewPage(BaseModel):
    items: list[ReviewRead]
    next: str | None
    people: dict[str, str]


class DiffRead(BaseModel):
    """What `version` changes in `against` (None: everything is new), for each field that differs.

    `calls_off`: numbers of planned versions that will not begin if an unpublished `version` is published.
    """

    version: str
    against: str | None
    calls_off: list[int]
    fields: dict[str, list[Segment]]


class TagRead(BaseModel):
    tag: str
    articles: int


class RenderRequest(_Request):
    """Texts of a draft as the editor holds them."""

    answer_md: Markdown
    region: Annotated[str | None, Field(max_length=64)] = None
    variants: dict[Channel, ChannelText] = {}
    citations: list[Citation] = Field(default=[], max_length=20)
    attachments: list[Id] = Field(default=[], max_length=10)


class Rendered(BaseModel):
    """`web_md`: with the region's numbers filled in; `wechat_text`: the whole text of the bubbles."""

    web_md: str
    wechat_text: str


class CategoryRead(BaseModel):
    """`articles` are filed in it, `total` with everything below it."""

    id: str
    name: str
    parent_id: str | None
    position: int
    path: str
    articles: int
    total: int

    @classmethod
    def of(cls, node: Category, articles: int = 0, total: int = 0) -> CategoryRead:
        return cls(
            id=node.id, name=node.name, parent_id=node.parent_id, position=node.position,
            path=node.path, articles=articles, total=total,
        )  # fmt: skip


class CategoryCreate(_Request):
    name: str = Field(max_length=64)
    parent_id: Id | None = None


class CategoryUpdate(_Request):
    """Only what is given changes; `parent_id: null` moves to the top."""

    name: str | None = Field(default=None, max_length=64)
    parent_id: Id | None = None
    position: int | None = Field(default=None, ge=0, le=MAX_NODES)

    def changes(self) -> dict[str, Any]:
        """Arguments of categories.change."""
        move = (self.parent_id,) if "parent_id" in self.model_fields_set else None
        return {"name": self.name, "move_to": move, "position": self.position}
