"""What the results of several tasks have in common. Pure."""

from __future__ import annotations

from actions.region import RegionNumbers
from core.conversation.content import Choice


def source_line(region: RegionNumbers, office: str = "公积金中心") -> str:
    """Whose numbers were used, and who decides in the end."""
    numbers = (
        f"其中的地方标准是{region.name}的示例数据，不是真实政策。"
        if region.example
        else f"地方标准按{region.name}的规定。"
    )
    return f"{numbers}结果仅供参考，请以当地{office}的审核为准。"


def suggest(text: str) -> Choice:
    """A button that sends what its label says."""
    return Choice(label=text, value=text)
