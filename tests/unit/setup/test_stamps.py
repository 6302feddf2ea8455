"""When a step is skipped, and when it is done again."""

from __future__ import annotations

from pathlib import Path

from deploy.setup.stamps import Stamp, digest, tree_digest


def test_a_digest_changes_with_the_content_of_a_file(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    absent = digest(lock)
    lock.write_text("a==1\n")
    first = digest(lock)
    lock.write_text("a==2\n")
    assert len({absent, first, digest(lock)}) == 3


def test_a_digest_tells_where_one_part_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_a_tree_digest_sees_renamed_files_but_not_left_out_folders(tmp_path: Path) -> None:
    source = tmp_path / "src" / "a.ts"
    source.parent.mkdir()
    source.write_text("export {}\n")
    first = tree_digest(tmp_path, without=("dist",))
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "a.js").write_text("built")
    assert tree_digest(tmp_path, without=("dist",)) == first
    source.rename(source.with_name("b.ts"))
    assert tree_digest(tmp_path, without=("dist",)) != first


def test_a_stamp_covers_less_than_it_was_written_with_but_not_more(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "deep" / "stamp.json")
    assert not stamp.covers({"server": "1"})
    stamp.write({"server": "1", "dev": "2"})
    assert stamp.covers({"server": "1"})
    assert stamp.covers({"server": "1", "dev": "2"})
    assert not stamp.covers({"server": "1", "rasa": "3"})
    assert not stamp.covers({"server": "9"})


def test_a_cleared_or_broken_stamp_counts_as_none(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamp.json")
    stamp.write({"server": "1"})
    stamp.clear()
    stamp.clear()
    assert not stamp.covers({"server": "1"})
    for broken in ("", "[1]", '{"server": "1"'):
        stamp.path.write_text(broken)
        assert not stamp.covers({"server": "1"})
