// Opens what a message leads to, with WeChat's own windows: pictures, papers, places, links.

import { toGcj02 } from "@shared/places";
import type { Session } from "./session";
import type { FileView, PlaceView } from "./view/body";

// What wx.openDocument can show.
const PAPERS = new Set(["doc", "docx", "xls", "xlsx", "ppt", "pptx", "pdf"]);

function tell(text: string): void {
  void wx.showToast({ title: text, icon: "none", duration: 3000 });
}

export function openPicture(current: string, all: string[]): void {
  wx.previewImage({ current, urls: all.includes(current) ? all : [current], fail: () => undefined });
}

/** To be opened where the citizen likes: mini-programs may show no page whose host is not theirs (业务域名). */
export async function copyLink({ texts }: Session, href: string): Promise<void> {
  try {
    await wx.setClipboardData({ data: href });
    tell(texts.own("link_copied"));
  } catch {
    tell(href); // refused: at least it is seen
  }
}

/** A file of ours is fetched and shown; one that WeChat cannot show is handed on, another's is a link. */
export async function openFile(session: Session, { src, own, name }: Pick<FileView, "src" | "own" | "name">): Promise<void> {
  if (!src) return;
  if (!own) return copyLink(session, src);
  const { texts } = session;
  void wx.showLoading({ title: texts.own("file_opening") });
  try {
    const { tempFilePath: filePath, statusCode } = await fetched(src);
    if (statusCode !== 200) throw new Error(String(statusCode));
    const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
    void wx.hideLoading();
    if (PAPERS.has(ending)) await wx.openDocument({ filePath, fileType: ending as "pdf", showMenu: true });
    else await wx.shareFileMessage({ filePath, fileName: name });
  } catch (failure) {
    void wx.hideLoading();
    // Who closes the window that hands it on has changed their mind; that is no failure.
    if (!/cancel/.test(String((failure as { errMsg?: unknown } | null)?.errMsg))) tell(texts.own("file_failed"));
  }
}

function fetched(url: string): Promise<WechatMiniprogram.DownloadFileSuccessCallbackResult> {
  return new Promise((success, fail) => wx.downloadFile({ url, success, fail }));
}

/** WeChat's map is drawn in GCJ-02. */
export function openPlace({ latitude, longitude, label, system }: PlaceView): void {
  const at = system === "gcj02" ? { latitude, longitude } : toGcj02({ latitude, longitude });
  wx.openLocation({ ...at, name: label, scale: 16, fail: () => undefined });
}
