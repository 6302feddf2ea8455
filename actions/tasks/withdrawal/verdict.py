"""What a withdrawal self-check says: conditions met and not met, papers, remarks, legal basis. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.conversation.content import Citation

IDENTITY = "本人有效身份证件"
BANK_CARD = "本人名下的银行卡（用于收款）"


@dataclass(frozen=True)
class Verdict:
    """`obstacles` empty: may be withdrawn. `grounds` are the conditions met, `remarks` what else to know."""

    title: str
    obstacles: tuple[str, ...]
    grounds: tuple[str, ...]
    papers: tuple[str, ...]
    remarks: tuple[str, ...]
    citations: tuple[Citation, ...]
    # Whether it may be withdrawn at all is for the place to say.
    local: bool = False

    @property
    def eligible(self) -> bool:
        return not self.obstacles


@dataclass
class Draft:
    """A verdict being put together by one of the rules below."""

    title: str
    citations: tuple[Citation, ...]
    obstacles: list[str] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=lambda: [IDENTITY, BANK_CARD])
    remarks: list[str] = field(default_factory=list)
    local: bool = False

    def require(self, met: bool, ground: str, obstacle: str) -> None:
        if met:
            self.grounds.append(ground)
        else:
            self.obstacles.append(obstacle)
