"""Vectors on disk: a publication writes its own and nothing else."""

from __future__ import annotations

from knowledge.retrieval.vectors import VectorCache
from tests.unit.knowledge.tiny import CharacterEncoder


def test_publishing_writes_the_new_vectors_and_leaves_the_others_alone(tmp_path) -> None:
    encoder = CharacterEncoder()
    VectorCache(tmp_path).encode(encoder, [f"第{i}条" for i in range(500)])
    [big] = tmp_path.iterdir()
    before = big.stat()
    VectorCache(tmp_path).encode(encoder, ["第3条", "新的一条"])
    [small] = set(tmp_path.iterdir()) - {big}
    assert big.stat().st_mtime_ns == before.st_mtime_ns
    assert small.stat().st_size < before.st_size / 50


def test_many_small_vector_files_are_laid_together(tmp_path) -> None:
    encoder = CharacterEncoder()
    for number in range(70):
        VectorCache(tmp_path).encode(encoder, [f"第{number}条"])
    assert len(list(tmp_path.iterdir())) < 10
    encoder.encoded.clear()
    VectorCache(tmp_path).encode(encoder, [f"第{number}条" for number in range(70)])
    assert encoder.encoded == []
