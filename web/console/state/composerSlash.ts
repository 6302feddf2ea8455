// Where in a text a saved reply is being looked for: a slash at the beginning of a word, up to the caret.

export interface Slash {
  /** Where the slash stands, and what is typed after it. */
  start: number;
  end: number;
  query: string;
}

export function slashAt(text: string, caret: number): Slash | null {
  const match = /(?:^|\s)\/([^\s/]{0,32})$/.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1] ?? "";
  return { start: caret - query.length - 1, end: caret, query };
}

/** The text with `inserted` in place of what stands from start to end; and where the caret goes. */
export function replaced(text: string, start: number, end: number, inserted: string): { text: string; caret: number } {
  return { text: text.slice(0, start) + inserted + text.slice(end), caret: start + inserted.length };
}
