"""Reads and writes data/calibration.json: the fusion weights and bands that calibrate.py fitted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.retrieval.bands import Thresholds
from knowledge.retrieval.fusion import Evidence, Model, Signals
from knowledge.retrieval.vocabulary import DATA

SHIPPED = DATA / "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """`report` says on what it was fitted and how well it did there."""

    model: Model
    thresholds: Thresholds
    report: dict[str, Any]

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Calibration:
        data = json.loads(path.read_text("utf-8"))
        return cls(
            model=Model(Signals(**data["rank"]), Evidence(**data["certainty"])),
            thresholds=Thresholds(**data["bands"]),
            report=data.get("report", {}),
        )

    def save(self, path: Path) -> None:
        bands = {"answer": self.thresholds.answer, "guide": self.thresholds.guide}
        data = {
            "rank": self.model.rank._asdict(),
            "certainty": self.model.certainty._asdict(),
            "bands": bands,
            "report": self.report,
        }
        path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", "utf-8")
