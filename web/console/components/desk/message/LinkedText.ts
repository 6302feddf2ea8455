// Plain text whose web addresses can be followed. Nothing else in it is looked at.

import { type FunctionalComponent, h } from "vue";

const ADDRESS = /https?:\/\/[^\s<>"'，。；、（）《》【】]+/g;
// What ends a sentence is not part of the address in it.
const ENDS = /[.,;:!?)\]]+$/;

export const LinkedText: FunctionalComponent<{ text: string }> = ({ text }) => {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const href = found[0].replace(ENDS, "");
    parts.push(text.slice(at, found.index), h("a", { href, target: "_blank", rel: "noopener noreferrer" }, href));
    at = found.index + href.length;
  }
  return [...parts, text.slice(at)];
};
LinkedText.props = ["text"];
