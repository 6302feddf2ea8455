// Pasted regression sentences: a line each, with the intent's title behind a tab or a bar when it is not the chosen one.

/** `intent` null: the line names one that does not exist, `said`. */
export interface SentenceLine {
  text: string;
  intent: string | null;
  said: string;
}

const BREAK = /\t|\||｜/;

/** `names`: intents by title and by name. Empty lines are left out. */
export function readLines(pasted: string, chosen: string, names: ReadonlyMap<string, string>): SentenceLine[] {
  return pasted.split(/\r?\n/).flatMap((line) => {
    const place = line.search(BREAK);
    const text = (place < 0 ? line : line.slice(0, place)).trim();
    const said = place < 0 ? "" : line.slice(place + 1).trim();
    if (!text) return [];
    return [{ text, said, intent: said ? (names.get(said) ?? null) : chosen || null }];
  });
}
