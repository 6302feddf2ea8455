// Chooses what is to be sent, with WeChat's own windows. Each is a privacy interface: who has not agreed to the
// mini-program's guide is asked first (components/bangban-chat/parts/privacy), who refuses is told what still works.

import type { Session } from "./session";
import { nameOf, typeOf, type PhoneFile } from "./uploads";

const MOST = 9;
const LONGEST_VIDEO_S = 60;
const MAX_LABEL = 100;

export type Kind = "image" | "camera" | "video" | "file" | "location";

/** Why nothing came of it; empty: it worked, or the citizen changed their mind. */
function problemOf(failure: unknown, { texts }: Session, otherwise: string): string {
  const said = String((failure as { errMsg?: unknown } | null)?.errMsg ?? failure);
  if (/cancel/i.test(said)) return "";
  // 104 and 112: not agreed to, and not declared in the mini-program's console (用户隐私保护指引).
  if (/privacy/i.test(said)) return texts.own("privacy_refused");
  if (/auth|deny|denied/i.test(said)) return texts.own("permission_denied");
  return otherwise;
}

const fileOf = (path: string, size: number, name = nameOf(path)): PhoneFile => ({ path, size, name, type: typeOf(name) });

async function media(kind: "image" | "camera" | "video", max: number): Promise<PhoneFile[]> {
  const { tempFiles } = await wx.chooseMedia({
    count: kind === "video" ? 1 : max,
    mediaType: [kind === "video" ? "video" : "image"],
    sourceType: kind === "camera" ? ["camera"] : ["album", "camera"],
    sizeType: ["compressed"],
    maxDuration: LONGEST_VIDEO_S,
  });
  return tempFiles.map(({ tempFilePath, size }) => fileOf(tempFilePath, size));
}

async function papers(max: number): Promise<PhoneFile[]> {
  const { tempFiles } = await wx.chooseMessageFile({ count: max, type: "file" });
  return tempFiles.map(({ path, size, name }) => fileOf(path, size, name));
}

/** Files for a form, which sends them itself. Throws what WeChat throws. */
export const choosePictures = (max: number): Promise<PhoneFile[]> => media("image", max);

/** Sends what is chosen; tells what could not be sent, a sentence each. */
export async function chooseAndSend(session: Session, kind: Kind): Promise<string[]> {
  const { texts, uploads, visitor } = session;
  try {
    if (kind === "location") {
      const { latitude, longitude, name, address } = await wx.chooseLocation({});
      const label = (name || address || "").slice(0, MAX_LABEL);
      visitor.thread.send({ type: "location", latitude: Number(latitude), longitude: Number(longitude), label, system: "gcj02" });
      return [];
    }
    return uploads.take(kind === "file" ? await papers(MOST) : await media(kind, MOST));
  } catch (failure) {
    const problem = problemOf(failure, session, kind === "location" ? texts.own("place_failed") : texts.own("picture_failed"));
    return problem ? [problem] : [];
  }
}
