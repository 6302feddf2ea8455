// Where files of messages are, and maps for places: the same rules for citizens and agents.

import { safeLink } from "./content";
import type { FileContent, LocationContent } from "./contract";

/** Charts the bot draws, and files of conversations and tickets; their addresses are paths of our own server. */
const OWN = new RegExp(
  "^/api/v1/(pictures/[\\w.-]+\\.png|(conversations/[\\w-]+/attachments|tickets/[\\w-]+/files|tickets/files)/[\\w-]+/(small/)?[^/?#\\s]+(\\?[\\w.=&-]+)?)$",
);

export interface Source {
  href: string;
  /** It may be shown or played; a stranger's address is only a link. */
  own: boolean;
}

/** `origin`: the server's where the page is another's. Null for what may not be followed. */
export function sourceOf(url: string | null | undefined, origin = ""): Source | null {
  if (url && OWN.test(url)) return { href: origin + url, own: true };
  const href = safeLink(url);
  return href ? { href, own: false } : null;
}

/** A small picture of it, where the server made one. */
export function thumbnailOf(file: FileContent, origin = ""): string | undefined {
  const found = sourceOf(file.thumbnail_url, origin);
  return found?.own ? found.href : undefined;
}

/** The map of this device for a place; `agent` is navigator.userAgent. Browsers tell coordinates in WGS 84, WeChat in GCJ-02. */
export function mapLink({ latitude, longitude, label, system }: Omit<LocationContent, "type">, agent: string): string {
  const name = encodeURIComponent(label || `${latitude},${longitude}`);
  // geo: links and Apple's maps take WGS 84 alone: elsewhere the place would stand 500 m from where it is.
  if (system === "gcj02") return `https://uri.amap.com/marker?position=${longitude},${latitude}&name=${name}&coordinate=gaode&callnative=1`;
  if (/iPhone|iPad|Macintosh/.test(agent)) return `https://maps.apple.com/?ll=${latitude},${longitude}&q=${name}`;
  // WeChat's own browser follows no geo: links.
  if (/Android/.test(agent) && !/MicroMessenger/.test(agent)) return `geo:${latitude},${longitude}?q=${latitude},${longitude}(${name})`;
  return `https://uri.amap.com/marker?position=${longitude},${latitude}&name=${name}&coordinate=wgs84&callnative=1`;
}

/** 30.27415, 120.15515: five digits are a metre. */
export function coordinates({ latitude, longitude }: { latitude: number; longitude: number }): { latitude: string; longitude: string } {
  return { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) };
}
