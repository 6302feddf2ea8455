"""Importing into the database: what is new, changed, unchanged, refused; all or nothing; out and in again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.articles import service
from knowledge.ingest.apply import EXPIRED
from knowledge.ingest.compare import RETIRED
from knowledge.ingest.export import collect, write
from knowledge.ingest.importer import ImportRefused, import_files, preview_files
from knowledge.ingest.rows import FileUnreadable
from knowledge.printing import UNCITED, report_preview
from tests.integration.knowledge.importing import SameFirstWord
from tests.integration.knowledge.kb import LI, content, entries, publish, revision

GOOD = {"question": "公积金怎么查", "answer": "登录网站。"}
BAD = {"question": "没有答案"}


def file(folder: Path, *rows: dict, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


async def run(units, *paths: Path, publish: bool = True, atomic: bool = False):
    return await import_files(units, list(paths), publish=publish, atomic=atomic)


async def test_published_rows_answer_and_refused_ones_are_named(uow_factory, tmp_path) -> None:
    (report,) = await run(uow_factory, file(tmp_path, GOOD, BAD))
    assert report.as_dict() == {
        "file": "a.jsonl", "created": 1, "changed": 0, "unchanged": 0, "uncited": 1,
        "refused": [{"row": 2, "field": "answer", "reason": "不能为空"}],
    }  # fmt: skip
    assert [e.question for e in await entries(uow_factory)] == ["公积金怎么查"]
    assert await revision(uow_factory) == 1


async def test_without_publish_rows_are_drafts(uow_factory, tmp_path) -> None:
    await run(uow_factory, file(tmp_path, GOOD), publish=False)
    assert await entries(uow_factory) == []


async def test_drafts_are_published_by_importing_again(uow_factory, tmp_path) -> None:
    path = file(tmp_path, GOOD)
    await run(uow_factory, path, publish=False)
    (report,) = await run(uow_factory, path)
    assert report.changed == 1
    assert len(await entries(uow_factory)) == 1


async def test_all_or_nothing_stores_nothing_when_one_row_of_one_file_is_wrong(
    uow_factory, tmp_path
) -> None:
    good, bad = file(tmp_path, GOOD), file(tmp_path, BAD, name="b.jsonl")
    with pytest.raises(ImportRefused) as caught:
        await run(uow_factory, good, bad, atomic=True)
    assert caught.value.details["refused"][0]["file"] == "b.jsonl"
    assert await entries(uow_factory) == []


async def test_a_file_that_cannot_be_read_stops_the_others_too(uow_factory, tmp_path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"broken")
    with pytest.raises(FileUnreadable):
        await run(uow_factory, file(tmp_path, GOOD), tmp_path / "b.xlsx")
    assert await entries(uow_factory) == []


async def test_importing_again_changes_only_what_changed(uow_factory, tmp_path) -> None:
    other = {"question": "公积金是什么", "answer": "住房储金。"}
    await run(uow_factory, file(tmp_path, GOOD, other))
    (report,) = await run(uow_factory, file(tmp_path, GOOD | {"answer": "打电话。"}, other))
    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    assert {e.answer_md for e in await entries(uow_factory)} == {"打电话。", "住房储金。"}


async def test_a_question_an_article_has_already_becomes_its_next_version(
    uow_factory, tmp_path
) -> None:
    written = await publish(uow_factory, content("公积金怎么查", answer_md="旧"))
    await run(uow_factory, file(tmp_path, GOOD))
    (entry,) = await entries(uow_factory)
    assert (entry.article_id, entry.answer_md) == (written.article.id, "登录网站。")


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "docx", "md", "html"])
async def test_an_export_imported_again_is_unchanged(uow_factory, tmp_path, ending: str) -> None:
    rows = [
        GOOD | {"similar": ["怎么看余额"], "citations": [{"document": "条例", "clause": "第一条"}]},
        {"question": "问题二", "answer": "- 一\n- 二"},
    ]
    await run(uow_factory, file(tmp_path, *rows))
    async with uow_factory.read() as session:
        articles = await collect(session)
    write(tmp_path / f"out.{ending}", articles)
    (report,) = await run(uow_factory, tmp_path / f"out.{ending}", atomic=True)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)


async def test_a_thousand_rows_are_stored_in_one_go(uow_factory, tmp_path) -> None:
    rows = [{"question": f"第{i}个问题怎么办", "answer": "答"} for i in range(1000)]
    (report,) = await run(uow_factory, file(tmp_path, *rows))
    assert report.created == 1000
    assert await revision(uow_factory) == 1


async def test_what_an_editor_retired_stays_retired(uow_factory, tmp_path) -> None:
    path = file(tmp_path, GOOD)
    await run(uow_factory, path)
    (entry,) = await entries(uow_factory)
    async with uow_factory.write() as uow:
        await service.retire(uow, entry.article_id, actor=LI)
    for row in (GOOD, GOOD | {"answer": "打电话。"}):
        (report,) = await run(uow_factory, file(tmp_path, row))
        assert (report.created, report.changed, report.unchanged) == (0, 0, 0)
        assert [(r.number, r.reason) for r in report.refused] == [(1, RETIRED)]
        with pytest.raises(ImportRefused):
            await run(uow_factory, file(tmp_path, row), atomic=True)
    assert await entries(uow_factory) == []


async def test_a_draft_of_an_import_does_not_bring_back_what_was_retired_either(
    uow_factory, tmp_path
) -> None:
    await run(uow_factory, file(tmp_path, GOOD))
    (entry,) = await entries(uow_factory)
    newer = file(tmp_path, GOOD | {"answer": "打电话。"})
    await run(uow_factory, newer, publish=False)
    async with uow_factory.write() as uow:
        await service.retire(uow, entry.article_id, actor=LI)
    (report,) = await run(uow_factory, newer)
    assert [r.reason for r in report.refused] == [RETIRED]
    assert await entries(uow_factory) == []


async def test_an_article_in_force_is_not_taken_down_by_a_text_that_has_ended(
    uow_factory, tmp_path
) -> None:
    await run(uow_factory, file(tmp_path, GOOD))
    over = file(tmp_path, GOOD | {"answer": "去年的。", "effective_to": "2026-11-22"})
    (report,) = await run(uow_factory, over)
    assert [r.reason for r in report.refused] == [EXPIRED]
    assert [e.answer_md for e in await entries(uow_factory)] == ["登录网站。"]


async def test_answers_without_a_source_are_counted(uow_factory, tmp_path) -> None:
    inner = {"question": "内部的", "answer": "答。", "audience": "internal"}
    cited = {"question": "有依据的", "answer": "答。", "citations": "《条例》第一条"}
    (report,) = await run(uow_factory, file(tmp_path, GOOD, BAD, inner, cited))
    assert (report.created, report.uncited) == (3, 1)


async def test_a_preview_on_the_command_line_says_what_to_look_at(
    uow_factory, tmp_path, capsys
) -> None:
    await run(uow_factory, file(tmp_path, GOOD))
    (entry,) = await entries(uow_factory)
    async with uow_factory.write() as uow:
        await service.retire(uow, entry.article_id, actor=LI)
    path = file(tmp_path, GOOD, {"question": "公积金是什么", "answer": "住房储金。"})
    report_preview(await preview_files(uow_factory, [path], SameFirstWord()), as_json=False)
    retired, uncited, _, summary = capsys.readouterr().out.splitlines()
    assert RETIRED in retired
    assert UNCITED in uncited
    assert summary == f"a.jsonl：2 行{UNCITED}"
