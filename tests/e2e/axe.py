"""Judges what a page shows: by axe-core, and by what axe does not look at, the size of targets and clipped texts."""

from __future__ import annotations

from functools import cache

from playwright.async_api import Page

from core.settings import ROOT

# Installed with the rest of the web's tools.
_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async (scope) => {
  const result = await axe.run(scope || document, { resultTypes: ["violations"] });
  return result.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.flat().at(-1)}: ${[...node.any, ...node.all, ...node.none][0]?.message ?? rule.help}`));
}"""

# In the widget's shadow root, or on the page where there is none.
_SHOWN = """(judge) => {
  const root = document.querySelector("#bangban-widget")?.shadowRoot ?? document;
  const targets = [...root.querySelectorAll("button, select, summary, textarea, input:not(.only-heard)")];
  const seen = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest("[aria-hidden=true]");
  return targets.filter(seen).filter(judge).map((each) => {
    const { width, height } = each.getBoundingClientRect();
    const words = each.textContent.trim().slice(0, 20);
    return `${each.className || each.tagName} "${words}" ${Math.round(width)}x${Math.round(height)}`;
  });
}"""


# What makes the messages scroll sideways.
_SIDEWAYS = """() => {
  const log = document.querySelector("#bangban-widget")?.shadowRoot.querySelector(".log");
  if (!log || log.scrollWidth <= log.clientWidth) return [];
  const edge = log.getBoundingClientRect().left + log.clientWidth - log.scrollLeft;
  const wide = [...log.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > edge + 1);
  return wide.slice(-3).map((each) => `sideways: ${each.tagName}.${each.className}`);
}"""


@cache
def _axe() -> str:
    return _AXE.read_text("utf-8")


async def violations(page: Page, scope: str = "") -> list[str]:
    """What axe-core (WCAG A and AA, and its best practices) finds wrong; `scope`: a selector, else the whole page."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_axe())
    found: list[str] = await page.evaluate(_RUN, scope)
    return found


async def too_small(page: Page, pixels: int = 44) -> list[str]:
    """Buttons and fields that are smaller than a finger."""
    judge = f"""each => {{
      const {{ width, height }} = each.getBoundingClientRect();
      return width < {pixels} - 0.5 || height < {pixels} - 0.5;
    }}"""
    found: list[str] = await page.evaluate(f"({_SHOWN})({judge})")
    return found


async def clipped(page: Page) -> list[str]:
    """Buttons whose words stick out of them, and whatever sticks out of the screen at its sides."""
    judge = """each => {
      const { left, right } = each.getBoundingClientRect();
      const words = each.tagName === "BUTTON" && each.textContent.trim() && each.scrollWidth > each.clientWidth + 1;
      return words || left < -1 || right > document.documentElement.clientWidth + 1;
    }"""
    found: list[str] = await page.evaluate(f"({_SHOWN})({judge})")
    return found + await page.evaluate(_SIDEWAYS)
