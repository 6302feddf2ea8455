"""A big segment with what changed beside it finds what an index built anew finds; kept on disk it survives faults."""

from __future__ import annotations

import os
import random
import time
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.retrieval import builder as builder_module
from knowledge.retrieval import store as store_module
from knowledge.retrieval.builder import Base, IndexBuilder
from knowledge.retrieval.entries import GONE, Entry
from knowledge.retrieval.segment import build_segment
from knowledge.retrieval.store import SegmentStore, read_segment, remove_abandoned, write_segment
from knowledge.retrieval.vectors import VectorCache
from tests.unit.knowledge.tiny import ENTRIES, CharacterEncoder, entry, seen_by

SUBJECTS = [
    "租房",
    "买房",
    "装修",
    "工伤",
    "失业",
    "养老",
    "医保",
    "贷款",
    "缴存",
    "转移",
    "退休",
    "生育",
]
ASKED = [
    "怎么提取",
    "要什么材料",
    "能领多少",
    "多久到账",
    "在哪里办",
    "需要什么条件",
    "可以网上办吗",
]


@pytest.fixture
def builder(analyser, tmp_path) -> IndexBuilder:
    """With the tests' encoder, which is in no folder: only small segments, built within the process."""
    made = IndexBuilder(encoder="builtin", cache=tmp_path, analyser=analyser)
    made._base = Base("", CharacterEncoder(), _segment(analyser, []))
    return made


def _segment(analyser, entries):
    return build_segment(entries, analyser, CharacterEncoder(), VectorCache())


def _invented(count: int, choice: random.Random) -> list[Entry]:
    return [_article(f"a{i}", choice) for i in range(count)]


def _article(key: str, choice: random.Random) -> Entry:
    subject = choice.choice(SUBJECTS)
    texts = [f"{subject}{choice.choice(ASKED)}{choice.randrange(40)}" for _ in range(4)]
    lines = "\n".join(
        f"- {choice.choice(SUBJECTS)}的规定第{choice.randrange(90)}条适用于本市" for _ in range(3)
    )
    return entry(key, *texts, answer_md=lines)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_the_results_are_those_of_a_rebuild(
    seed, builder, make_index, analyser
) -> None:
    choice = random.Random(seed)
    entries = _invented(60, choice)
    builder._base = Base("", CharacterEncoder(), _segment(analyser, entries))
    for step in range(4):
        for _ in range(choice.randrange(1, 6)):
            place = choice.randrange(len(entries))
            match choice.randrange(4):
                case 0:
                    entries[place] = _article(entries[place].key, choice)
                case 1:
                    entries.pop(place)
                case 2:
                    entries.append(_article(f"new-{seed}-{step}-{place}", choice))
                case _:
                    # Filed for another region: the texts stay, the limits change.
                    entries[place] = replace(entries[place], region=choice.choice(["外市", "全国"]))
        changed, rebuilt = builder.build(entries, wait=False), make_index(entries)
        for query in [e.question for e in choice.sample(entries, 12)] + [
            "租房怎么提取",
            "工伤能领多少钱",
            "没有的词",
        ]:
            mine, whole = (i.search(query, seen_by(), 5) for i in (changed, rebuilt))
            assert mine.band == whole.band
            # Articles that score the same may change places.
            assert [r.score for r in mine.ranked] == pytest.approx(
                [r.score for r in whole.ranked], abs=1e-3
            )
            for one, other in zip(mine.ranked, whole.ranked, strict=True):
                assert one.entry is other.entry or one.score == pytest.approx(other.score, abs=1e-4)


def test_an_article_that_is_gone_is_found_by_nobody(builder, analyser) -> None:
    builder._base = Base("", CharacterEncoder(), _segment(analyser, ENTRIES))
    index = builder.build(ENTRIES[1:], wait=False)
    assert GONE in index.entries
    everyone = index.visible(seen_by(internal=True))
    assert not any(seen for seen, e in zip(everyone, index.entries, strict=True) if e is GONE)
    found = index.search(ENTRIES[0].question, seen_by(internal=True), 10)
    assert ENTRIES[0] not in [r.entry for r in found.ranked]


def test_an_article_that_changes_again_and_again_leaves_nothing_behind(builder) -> None:
    for number in range(5):
        index = builder.build(
            [*ENTRIES[1:], replace(ENTRIES[0], answer_md=f"答案{number}")], wait=False
        )
        [first, *_] = index.search(ENTRIES[0].question, seen_by(), 3).ranked
        assert first.entry.answer_md == f"答案{number}"


def test_two_articles_with_the_same_texts_are_both_kept(builder) -> None:
    twins = [replace(ENTRIES[0], article_id=r, key=r, region=r) for r in ("全国", "外市")]
    index = builder.build(twins)
    assert {e.key for e in index.entries if e is not GONE} == {"全国", "外市"}


def test_of_too_much_that_is_new_the_last_is_searched_at_once(
    builder, analyser, monkeypatch
) -> None:
    monkeypatch.setattr(builder_module, "QUICK_TEXTS", 12)
    index = builder.build(ENTRIES, wait=False)
    assert builder.wants_merge
    assert index.search(ENTRIES[-1].question, seen_by(), 1).ranked[0].entry is ENTRIES[-1]
    assert len(index.entries) < len(ENTRIES)


# ---- kept on disk ----------------------------------------------------------------------------------------------


def _same(one, other) -> bool:
    if not is_dataclass(one):
        return bool(np.array_equal(one, other))
    return all(_same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))


def test_a_segment_comes_back_from_disk_as_it_was(analyser, tmp_path) -> None:
    for name, entries in (("some", ENTRIES), ("none", [])):
        written = _segment(analyser, entries)
        write_segment(written, tmp_path / name, "characters")
        read = read_segment(tmp_path / name, "characters")
        assert read is not None
        assert _same(written, read)


def test_a_segment_of_many_vectors_finds_the_same_when_read(analyser, tmp_path) -> None:
    written = build_segment(ENTRIES, analyser, CharacterEncoder(), VectorCache(), exact_up_to=3)
    write_segment(written, tmp_path / "s", "characters")
    read = read_segment(tmp_path / "s", "characters")
    query = CharacterEncoder().encode(["租房提取"])[0]
    one, other = (s.vectors.searcher.nearest(query, 3, None) for s in (written, read))
    assert np.array_equal(one[0], other[0])


def _damage(folder: Path, how: str) -> None:
    victim = folder / "vectors.vectors.npy"
    if how == "torn":
        victim.write_bytes(victim.read_bytes()[:-100])
    elif how == "flipped":
        data = bytearray(victim.read_bytes())
        data[-7] ^= 0xFF
        victim.write_bytes(data)
    elif how == "missing":
        victim.unlink()
    elif how == "foreign":
        (folder / "manifest.json").write_text("<html>", "utf-8")
    elif how == "listed":
        (folder / "manifest.json").write_text("[1, 2]", "utf-8")


@pytest.mark.parametrize("how", ["torn", "flipped", "missing", "foreign", "listed"])
def test_a_damaged_segment_is_only_a_lost_cache(how: str, analyser, tmp_path) -> None:
    store = SegmentStore(tmp_path)
    write_segment(_segment(analyser, ENTRIES), tmp_path / "kept", "characters")
    assert store.nearest(ENTRIES, "characters") is not None
    _damage(tmp_path / "kept", how)
    assert store.nearest(ENTRIES, "characters") is None


def test_a_segment_of_another_encoder_or_other_code_is_not_used(
    analyser, tmp_path, monkeypatch
) -> None:
    write_segment(_segment(analyser, ENTRIES), tmp_path / "kept", "characters")
    assert read_segment(tmp_path / "kept", "another") is None
    monkeypatch.setattr(store_module, "code_version", lambda: "newer")
    assert read_segment(tmp_path / "kept", "characters") is None


def test_the_segment_with_most_of_the_articles_is_taken(analyser, tmp_path) -> None:
    store = SegmentStore(tmp_path)
    for name, entries in (("half", ENTRIES[:3]), ("most", ENTRIES[1:])):
        write_segment(_segment(analyser, entries), tmp_path / name, "characters")
    found = store.nearest(ENTRIES, "characters")
    assert found is not None
    assert found.articles == len(ENTRIES) - 1
    assert store.nearest([entry("x", "别的内容")], "characters") is None


def test_only_a_few_segments_are_kept_and_abandoned_work_is_removed(analyser, tmp_path) -> None:
    store = SegmentStore(tmp_path / "segments")
    store.folder.mkdir()
    abandoned = store.folder / ".building-dead"
    abandoned.mkdir()
    os.utime(abandoned, (time.time() - 9000,) * 2)
    for count in range(1, len(ENTRIES) + 1):
        write_segment(_segment(analyser, ENTRIES[:count]), tmp_path / "built", "characters")
        placed = store.place(tmp_path / "built", ENTRIES[:count], "characters")
    assert placed.exists()
    assert len(list(store.folder.iterdir())) == store_module.KEEP
    remove_abandoned(tmp_path / "nowhere")
