"""Imported articles of a field the product knows nothing of: library, residence permit, parking. All made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.migrate import upgrade
from knowledge.cli import build_kb_app

FOLDER = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "unseen"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> dict:
    """Imported, trained anew and measured as an editor would, beside the shipped articles."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BANGBAN_HOME", str(home))
        patch.delenv("BANGBAN_DATABASE_URL", raising=False)
        app = build_kb_app(lambda settings: upgrade(settings.resolved_database_url))

        def run(*arguments: str) -> dict:
            result = CliRunner().invoke(app, [*arguments, "--json"])
            assert result.exit_code == 0, result.output
            return json.loads(result.stdout)

        imported = run("import", str(FOLDER / "articles.jsonl"), "--publish")
        assert imported["files"][0]["refused"] == []
        run("train")
        return run("eval", *map(str, sorted(FOLDER.glob("queries_*.jsonl"))))


def test_close_paraphrases_are_found_at_least_as_well_as_by_bm25(report) -> None:
    ours = report["sets"]["queries_close.jsonl"]
    assert ours["r_at_1"] >= max(0.95, ours["plain"]["r_at_1"])


def test_paraphrases_that_share_few_characters_are_found_clearly_better(report) -> None:
    ours = report["sets"]["queries_middle.jsonl"]
    assert ours["r_at_1"] >= ours["plain"]["r_at_1"] + 0.2
    far = report["sets"]["queries_far.jsonl"]
    assert far["r_at_1"] >= far["plain"]["r_at_1"]


def test_hardly_anything_is_answered_wrongly(report) -> None:
    assert report["figures"]["answered_wrong"] <= 0.05
