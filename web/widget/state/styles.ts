// Style sheets of parts that are loaded later: each is added to the widget's shadow root the first time it is needed.

import { inject, type InjectionKey } from "vue";
import { addStyles } from "../styles/sheets";

export type StyleAdder = (css: string) => void;

export const STYLES: InjectionKey<StyleAdder> = Symbol("styles");

export function createStyleAdder(root: ShadowRoot, nonce: string | null): StyleAdder {
  const there = new Set<string>();
  return (css) => {
    if (there.has(css)) return;
    there.add(css);
    addStyles(root, css, nonce);
  };
}

/** In the setup of such a part: `useStyles(css)`, with `import css from "../styles/<part>.css?inline"`. */
export function useStyles(css: string): void {
  inject(STYLES, null)?.(css);
}
