"""A citizen who sends more than words: what is behind the + of the composer, and what stands in the thread of it."""

from __future__ import annotations

import io
import random

from PIL import Image
from playwright.async_api import FilePayload, Locator, Page

from tests.e2e.conftest import People
from tests.e2e.widget import CitizenWindow

# A second of a moving picture, recorded by the browser as a phone's camera would.
FILM = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const done = new Promise((end) => { recorder.onstop = end; });
  recorder.start();
  for (let n = 0; n < 25; n += 1) {
    pen.fillStyle = `hsl(${n * 14} 70% 40%)`; pen.fillRect(0, 0, 320, 180);
    await new Promise((next) => requestAnimationFrame(next));
  }
  recorder.stop();
  await done;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""
# Hands over the picture in `window.given` as a clipboard or a mouse does.
GIVE = """([where, how]) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(window.given), (c) => c.charCodeAt(0));
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const root = document.querySelector("#bangban-widget").shadowRoot;
  const event = how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, composed: true });
  root.querySelector(where).dispatchEvent(event);
}"""


def picture(width: int, height: int, form: str = "JPEG", *, noisy: bool = False) -> bytes:
    file = io.BytesIO()
    plain = Image.new("RGB", (width, height), "#14579e")
    if noisy:
        plain = Image.frombytes(
            "RGB", (width, height), random.Random(5).randbytes(width * height * 3)
        )
    plain.save(file, form, quality=92)
    return file.getvalue()


def payload(name: str, kind: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


class Sender(CitizenWindow):
    """A citizen who sends more than words."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.more = page.get_by_test_id("more-open")
        self.viewer = page.get_by_test_id("viewer")

    async def pick(self, kind: str) -> None:
        if not await self.page.get_by_test_id("more").is_visible():
            await self.more.click()
        await self.page.get_by_test_id(f"kind-{kind}").click()

    async def attach(self, kind: str, *files: FilePayload) -> None:
        async with self.page.expect_file_chooser() as chosen:
            await self.pick(kind)
        await (await chosen.value).set_files(list(files))

    def shown(self, what: str) -> Locator:
        return self.own.get_by_test_id(what)


async def sender(people: People, *permissions: str) -> Sender:
    page = (await people.citizen()).page
    # Leave for these, and for nothing else: whatever is not named is refused.
    await page.context.grant_permissions(list(permissions))
    return Sender(page)
