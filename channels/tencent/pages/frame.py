"""The frame of the small pages that open from a chat: large type, no script, nothing from elsewhere. Pure.

They run in the browser of WeChat's app, also on old phones, and are read by old eyes: one column, 20 pixels, dark on
light, or light on dark where the phone is set so.
"""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

# Whoever has the address sees the page: it is not to be found, kept or handed on by anybody else.
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self' data: https:; media-src 'self'; style-src 'unsafe-inline'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "private, no-store",
}
_STYLE = """
:root { color-scheme: light dark; --text: #1c2733; --soft: #52606d; --line: #d9e0e7; --ground: #fff; --raised: #f3f6f9;
  --accent: #14579e; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8edf2; --soft: #aab6c2; --line: #36424e; --ground: #12181e; --raised: #1d262f; --accent: #8cc0f7;
    --on-accent: #0d1822; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 20px/1.75 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 26px; line-height: 1.4; margin: 0 0 8px; }
h2 { font-size: 21px; margin: 32px 0 8px; }
h3, h4, h5, h6 { font-size: 20px; margin: 24px 0 8px; }
p, ul, ol, table, blockquote { margin: 0 0 16px; }
ul, ol { padding-left: 28px; }
a { color: var(--accent); }
img, video { max-width: 100%; height: auto; border-radius: 8px; }
audio { width: 100%; }
.soft { color: var(--soft); font-size: 17px; }
.own { white-space: pre-line; }
.wide { overflow-x: auto; }
.pre { white-space: pre-wrap; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; min-width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 8px; }
th, td { border: 1px solid var(--line); padding: 8px 12px; text-align: left; }
th { background: var(--raised); }
.sources { background: var(--raised); border-radius: 12px; padding: 16px 20px; margin-top: 32px; }
.sources h2 { margin-top: 0; }
.sources ol { margin: 0; }
footer { border-top: 1px solid var(--line); margin-top: 40px; padding-top: 16px; }
.button, button { display: block; width: 100%; min-height: 52px; padding: 12px 20px; border: 0; border-radius: 12px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; }
fieldset { border: 0; margin: 0 0 20px; padding: 0; }
legend, label.above { display: block; font-weight: 600; padding: 0; margin-bottom: 8px; }
.pick { display: flex; align-items: center; gap: 12px; min-height: 48px; }
.pick input { width: 24px; height: 24px; flex: none; accent-color: var(--accent); }
textarea { width: 100%; min-height: 132px; padding: 12px; border: 1px solid var(--soft); border-radius: 12px;
  background: var(--ground); color: inherit; font: inherit; }
.wrong { border-left: 4px solid #c0392b; padding-left: 12px; }
a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 3px solid var(--accent);
  outline-offset: 2px; }
"""


def page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """`title` is text, `body` is HTML."""
    return HTMLResponse(
        "<!doctype html>\n"
        '<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">\n'
        '<meta name="format-detection" content="telephone=no">\n'
        f"<title>{escape(title)}</title>\n"
        f'<link rel="icon" href="data:,">\n<style>{_STYLE}</style>\n</head>\n'
        f"<body><main>\n{body}\n</main></body>\n</html>\n",
        status_code=status,
        headers=HEADERS,
    )


def notice(title: str, words: str, *, status: int = 200) -> HTMLResponse:
    """A page that says one thing."""
    return page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(words)}</p>", status=status)
