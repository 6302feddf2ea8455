"""HTTP side of writing articles: drafts, review, publishing, rollback, preview. Thin; the services do the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.clock import today
from core.conversation.content import AnswerContent
from core.ids import Id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from knowledge.articles import reading, service
from knowledge.articles import reads as r
from knowledge.articles.attachments import attachments_of, with_addresses, with_attachments
from knowledge.articles.categories import Categories
from knowledge.articles.regions import Regions
from knowledge.articles.repository import ArticleRepository

Editor = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_EDIT))]
Reviewer = Annotated[Actor, Depends(require(Permission.KNOWLEDGE_REVIEW))]
# The version's counter as the caller has seen it: somebody may have changed the text since.
Seen = Annotated[int | None, Query(ge=1)]
ShowOnWeChat = Callable[[AnswerContent], str]


def build_router(
    units: UnitOfWorkFactory, regions: Regions, region: str, show_on_wechat: ShowOnWeChat
) -> APIRouter:
    """`show_on_wechat` gives an answer's text as that channel would; `region`: the installation's own."""
    router = APIRouter(prefix="/knowledge", tags=["knowledge"])

    async def shown(uow: UnitOfWork, article_id: str) -> r.ArticleRead:
        await uow.session.flush()
        return await reading.article(uow.session, article_id, today(units.clock))

    @router.post("/articles", status_code=201)
    async def create_article(body: r.ArticleCreate, actor: Editor) -> r.ArticleRead:
        """A new article with its first draft."""
        async with units.write() as uow:
            written = await service.create(
                uow, body.content, source="console", actor=actor.account_id, category_id=body.category_id
            )  # fmt: skip
            return await shown(uow, written.article.id)

    @router.patch("/articles/{article_id}")
    async def file_article(article_id: Id, body: r.ArticleUpdate, actor: Editor) -> r.ArticleRead:
        """File it in another category: no new version."""
        async with units.write() as uow:
            repository = ArticleRepository(uow.session)
            await repository.lock_state()
            article = await repository.get(article_id)
            node = (await Categories.load(uow.session)).get(body.category_id)
            if article.category_id != node.id:
                article.category_id, article.updated_at = node.id, units.clock.now()
                audit.record(
                    uow, actor=actor.account_id, action="article.filed",
                    subject=f"article:{article_id}", category=node.path,
                )  # fmt: skip
                if article.live:
                    await repository.raise_revision([article_id])
            return await shown(uow, article_id)

    @router.post("/articles/{article_id}/versions", status_code=201)
    async def create_version(article_id: Id, body: r.VersionCreate, actor: Editor) -> r.ArticleRead:
        """A new draft of an article that has none."""
        async with units.write() as uow:
            await service.revise(
                uow, article_id, body.content, based_on=body.based_on, actor=actor.account_id
            )
            return await shown(uow, article_id)

    @router.put("/versions/{version_id}")
    async def change_draft(version_id: Id, body: r.VersionUpdate, actor: Editor) -> r.ArticleRead:
        """Save a draft in place."""
        async with units.write() as uow:
            written = await service.edit(
                uow, version_id, body.content, edit=body.edit, actor=actor.account_id
            )
            return await shown(uow, written.article.id)

    @router.delete("/versions/{version_id}")
    async def delete_draft(version_id: Id, actor: Editor, edit: Seen = None) -> r.Deleted:
        """Throw a draft away, and the article with its only version."""
        async with units.write() as uow:
            gone = await service.delete(uow, version_id, actor=actor.account_id, edit=edit)
        return r.Deleted(article_id=gone.article_id, article_deleted=gone.with_article)

    @router.post("/versions/{version_id}/submit")
    async def submit_version(
        version_id: Id, body: r.Submission, actor: Editor, edit: Seen = None
    ) -> r.ArticleRead:
        """Ask for review."""
        async with units.write() as uow:
            version = await service.submit(
                uow, version_id, actor=actor.account_id, note=body.note, edit=edit
            )
            return await shown(uow, version.article_id)

    @router.post("/versions/{version_id}/withdraw")
    async def withdraw_version(version_id: Id, actor: Editor) -> r.ArticleRead:
        """Take it back from review to go on writing."""
        async with units.write() as uow:
            version = await service.withdraw(uow, version_id, actor=actor.account_id)
            return await shown(uow, version.article_id)

    @router.post("/versions/{version_id}/send_back")
    async def send_version_back(
        version_id: Id, body: r.SendingBack, actor: Reviewer
    ) -> r.ArticleRead:
        """The reviewer wants changes, and says which."""
        async with units.write() as uow:
            version = await service.send_back(
                uow, version_id, actor=actor.account_id, comment=body.comment
            )
            return await shown(uow, version.article_id)

    @router.post("/versions/{version_id}/publish")
    async def publish_version(version_id: Id, actor: Reviewer, edit: Seen = None) -> r.ArticleRead:
        """Publish what somebody else wrote; it holds from its first day."""
        async with units.write() as uow:
            version = await service.publish(uow, version_id, actor=actor.account_id, edit=edit)
            return await shown(uow, version.article_id)

    @router.post("/articles/{article_id}/retire")
    async def retire_article(article_id: Id, actor: Reviewer) -> r.ArticleRead:
        """Take every published version out of use."""
        async with units.write() as uow:
            await service.retire(uow, article_id, actor=actor.account_id)
            return await shown(uow, article_id)

    @router.post("/articles/{article_id}/rollback")
    async def roll_article_back(article_id: Id, body: r.Rollback, actor: Reviewer) -> r.ArticleRead:
        """Publish an earlier published version anew, at once."""
        async with units.write() as uow:
            await service.roll_back(uow, article_id, body.number, actor=actor.account_id)
            return await shown(uow, article_id)

    @router.post("/render", dependencies=[Depends(require(Permission.KNOWLEDGE_EDIT))])
    async def render(body: r.RenderRequest) -> r.Rendered:
        """How a draft will look on the web and on WeChat."""
        filled = regions.get(body.region or region)
        async with units.read() as session:
            found = await attachments_of(session, set(body.attachments))
        files = [found[each] for each in body.attachments if each in found]
        variants = {name: with_addresses(text, files) for name, text in body.variants.items()}
        answer = AnswerContent(
            text_md=filled.render(with_attachments(body.answer_md, files)),
            article_id="",
            score=1,
            citations=body.citations,
            variants={channel: filled.render(text) for channel, text in variants.items()},
        )
        return r.Rendered(web_md=answer.text_md, wechat_text=show_on_wechat(answer))

    return router
