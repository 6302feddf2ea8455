// What a page of the mini-program was opened with. Anybody can make such a link, so it may hold anything.

/** As it was meant; what is no proper encoding is taken as it stands. */
export function decoded(value: string | undefined): string {
  try {
    return decodeURIComponent(value ?? "");
  } catch {
    return value ?? "";
  }
}

/** The host of an https address; empty: it is none. */
export function hostOf(href: string): string {
  return /^https:\/\/([^/:?#@\\]+)(?=[/:?#]|$)/i.exec(href)?.[1]?.toLowerCase() ?? "";
}
