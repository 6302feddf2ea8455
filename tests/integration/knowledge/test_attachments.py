"""Files of articles: kept whole, shown to strangers only when published, cleaned away when nothing shows them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core.errors import NotFound
from core.filetypes import FileRefused
from core.storage.local import LocalFiles
from knowledge.articles import service
from knowledge.articles.attachments import AttachmentService, url_of
from knowledge.articles.models import Attachment
from tests.integration.knowledge.kb import (
    LI,
    WANG,
    content,
    draft,
    entries,
    publish,
    republish,
    review,
)  # fmt: skip
from tests.unit.core.test_filetypes import picture

TODAY = date(2026, 11, 23)
PDF = b"%PDF-1.7 form"


@pytest.fixture
def files(tmp_path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


@pytest.fixture
def attachments(uow_factory, files) -> AttachmentService:
    return AttachmentService(uow_factory, files)


async def open_to_strangers(attachments: AttachmentService, kept: Attachment, on: date) -> bool:
    try:
        await attachments.find(kept.id, public_on=on)
    except NotFound:
        return False
    return True


async def read(attachments: AttachmentService, kept: Attachment) -> bytes:
    """As staff."""
    found = await attachments.find(kept.id, public_on=None)
    return b"".join([piece async for piece in await attachments.open(found)])


async def test_a_stranger_sees_an_attachment_while_its_article_is_published(
    uow_factory, attachments
) -> None:
    kept = await attachments.keep("申请表.pdf", PDF, actor=WANG)
    text = content(attachments=[kept.id])
    assert not await open_to_strangers(attachments, kept, TODAY)
    written = await draft(uow_factory, text)
    assert not await open_to_strangers(attachments, kept, TODAY)
    assert await read(attachments, kept) == PDF
    await review(uow_factory, written)
    assert await open_to_strangers(attachments, kept, TODAY)
    async with uow_factory.write() as uow:
        await service.retire(uow, written.article.id, actor=LI)
    assert not await open_to_strangers(attachments, kept, TODAY)


@pytest.mark.parametrize(
    ("limits", "seen"),
    [
        ({"audience": "internal"}, False),
        ({"effective_from": "2026-11-24"}, False),
        ({"effective_from": "2026-11-23"}, True),
        ({"effective_to": "2026-11-23"}, True),
        ({"effective_to": "2026-11-22"}, False),
    ],
)
async def test_what_is_internal_or_does_not_hold_today_is_not_for_strangers(
    uow_factory, attachments, limits, seen: bool
) -> None:
    kept = await attachments.keep("a.pdf", PDF, actor=WANG)
    await publish(uow_factory, content(attachments=[kept.id], **limits))
    assert await open_to_strangers(attachments, kept, TODAY) == seen


async def test_what_a_replaced_text_showed_is_closed_with_it(uow_factory, attachments) -> None:
    kept = await attachments.keep("a.pdf", PDF, actor=WANG)
    written = await publish(uow_factory, content(attachments=[kept.id]))
    inner = content(attachments=[kept.id], audience="internal", effective_from="2026-11-01")
    await republish(uow_factory, written.article.id, inner, based_on=1)
    assert not await open_to_strangers(attachments, kept, TODAY)


async def test_a_picture_within_the_answer_is_as_public_as_its_article(
    uow_factory, attachments
) -> None:
    kept = await attachments.keep("图.png", picture("PNG"), actor=WANG)
    written = await publish(uow_factory, content(answer_md=f"看图：\n\n![步骤]({url_of(kept)})"))
    assert await open_to_strangers(attachments, kept, TODAY)
    await republish(uow_factory, written.article.id, content(answer_md="无图"), based_on=1)
    assert not await open_to_strangers(attachments, kept, TODAY)


async def test_citizens_get_a_line_for_each_attached_document(uow_factory, attachments) -> None:
    kept = await attachments.keep("申请[表].pdf", PDF, actor=WANG)
    text = content(answer_md="请填表。", attachments=[kept.id], variants={"wechat": "填表。"})
    await publish(uow_factory, text)
    (entry,) = await entries(uow_factory)
    assert entry.variants == {"wechat": f"填表。\n\n附件：\n申请[表].pdf：{url_of(kept)}"}
    assert entry.answer_md == f"请填表。\n\n附件：\n\n- [申请（表）.pdf]({url_of(kept)})"


async def test_what_nothing_shows_is_deleted_after_a_day(
    uow_factory, attachments, files, clock
) -> None:
    used = await attachments.keep("a.pdf", PDF, actor=WANG)
    unused = await attachments.keep("b.pdf", PDF, actor=WANG)
    written = await draft(uow_factory, content(attachments=[used.id]))
    assert await attachments.sweep() == 0, "a draft may be about to be saved"
    # Ids are made by the real time, which the store goes by; so the clock goes ahead of it.
    clock.advance(timedelta(days=3650))
    late = await attachments.keep("c.pdf", PDF, actor=WANG)
    assert await attachments.sweep() == 1
    assert await files.keys() == {used.id, late.id}
    with pytest.raises(NotFound):
        await read(attachments, unused)
    async with uow_factory.write() as uow:
        await service.delete(uow, written.version.id, actor=WANG)
    assert await attachments.sweep() == 1, "the draft that showed it was thrown away"
    assert await files.keys() == {late.id}


async def test_a_file_whose_row_a_crash_prevented_is_cleaned_away(
    attachments, files, clock
) -> None:
    from core.ids import new_id

    await files.save(new_id(), b"orphan")
    clock.advance(timedelta(days=3650))
    await attachments.sweep()
    assert await files.keys() == set()


async def test_a_refused_file_leaves_nothing_behind(uow_factory, attachments, files) -> None:
    with pytest.raises(FileRefused):
        await attachments.keep("a.svg", b"<svg><script/></svg>", actor=WANG)
    assert await files.keys() == set()
    async with uow_factory.read() as session:
        assert await session.scalar(select(func.count()).select_from(Attachment)) == 0
