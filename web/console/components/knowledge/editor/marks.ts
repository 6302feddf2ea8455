// Marks of Markdown put around or before what is selected. Pure: text and places in, text and places out.

export interface Selection {
  text: string;
  from: number;
  to: number;
}

/** What is written afterwards, and what is selected then. */
export type Edit = Selection;

/** Put `before` and `after` around the selection; around `empty` when nothing is selected. */
export function wrap({ text, from, to }: Selection, before: string, after = before, empty = ""): Edit {
  const inner = text.slice(from, to) || empty;
  const start = from + before.length;
  return { text: text.slice(0, from) + before + inner + after + text.slice(to), from: start, to: start + inner.length };
}

/** Put `mark` before every selected line, or take it away when all of them have it. `1. ` counts. */
export function markLines({ text, from, to }: Selection, mark: string): Edit {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const found = text.indexOf("\n", to);
  const end = found < 0 ? text.length : found;
  const lines = text.slice(start, end).split("\n");
  const counted = mark === "1. ";
  const marked = (line: string) => (counted ? /^\d+\. /.test(line) : line.startsWith(mark));
  const bare = (line: string) => line.replace(/^(\d+\. |- |#{1,6} )/, "");
  const all = lines.every(marked);
  const next = lines.map((line, place) => (all ? bare(line) : (counted ? `${place + 1}. ` : mark) + bare(line))).join("\n");
  return { text: text.slice(0, start) + next + text.slice(end), from: start, to: start + next.length };
}

/** Put `piece` where the selection ends, as a paragraph of its own. */
export function paragraph({ text, to }: Selection, piece: string): Edit {
  const before = text.slice(0, to).trimEnd();
  const after = text.slice(to).trimStart();
  const start = before ? `${before}\n\n${piece}` : piece;
  return { text: after ? `${start}\n\n${after}` : start, from: start.length, to: start.length };
}
