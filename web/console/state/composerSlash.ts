// Where in a text something is being looked for: a saved reply after a slash, a colleague after an @.

export interface Slash {
  /** Where the slash stands, and what is typed after it. */
  start: number;
  end: number;
  query: string;
}

/** The beginning of a word, up to the caret. */
export function slashAt(text: string, caret: number): Slash | null {
  return found(/(?:^|\s)\/([^\s/]{0,32})$/, text, caret);
}

/** Behind Chinese words as well, which have no blanks between them; not in an address. */
export function mentionAt(text: string, caret: number): Slash | null {
  return found(/(?<![\w.])@([^\s@]{0,16})$/, text, caret);
}

function found(pattern: RegExp, text: string, caret: number): Slash | null {
  const match = pattern.exec(text.slice(0, caret));
  if (!match) return null;
  const query = match[1] ?? "";
  return { start: caret - query.length - 1, end: caret, query };
}

/** The text with `inserted` in place of what stands from start to end; and where the caret goes. */
export function replaced(text: string, start: number, end: number, inserted: string): { text: string; caret: number } {
  return { text: text.slice(0, start) + inserted + text.slice(end), caret: start + inserted.length };
}
