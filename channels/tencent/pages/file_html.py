"""A file as the body of a page: what the link in the chat opens. Pure; used by chat_pages.py."""

from __future__ import annotations

from html import escape

from core.conversation.content import FILE_KINDS

# WeChat's browser hands documents over to others only on request.
_STUCK = "打不开时：点右上角“…”，选“在浏览器打开”。"


def file_html(kind: str, name: str, size: int, address: str, *, hours: int) -> str:
    """`address`: of the file itself, with its key. `hours`: how long the page still opens."""
    what = FILE_KINDS.get(kind, "文件")
    parts = [
        f"<h1>{escape(name)}</h1>",
        f'<p class="soft">{what}，{_human(size)}</p>',
        _shown(kind, name, address),
        f'<p><a class="button" href="{escape(address)}" download>下载{what}</a></p>',
        f'<p class="soft">{_STUCK}</p>',
        f'<footer class="soft"><p>链接还有 {_time(hours)}有效，请及时保存。</p></footer>',
    ]
    return "\n".join(part for part in parts if part)


def _shown(kind: str, name: str, address: str) -> str:
    source = escape(address)
    match kind:
        case "image":
            return f'<p><img src="{source}" alt="{escape(name)}"></p>'
        case "voice":
            return f'<p><audio controls preload="metadata" src="{source}"></audio></p>'
        case "video":
            return f'<p><video controls playsinline preload="metadata" src="{source}"></video></p>'
        case _:
            return ""


def _human(size: int) -> str:
    """Bytes as people read them: 1.2 MB."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"


def _time(hours: int) -> str:
    return f"{hours // 24} 天" if hours >= 24 else f"不到 {max(hours, 1)} 小时"
