// The button in the corner with its line of greeting. Drawn node by node: under Trusted Types no page lets markup in.

import type { Locale } from "@shared/i18n";
import { fill } from "@shared/i18n";
import { pickTexts } from "./i18n/embed";
import type { Look } from "./look";

const SVG = "http://www.w3.org/2000/svg";
const CHAT = "M4 5h16v11H9.5L5 20v-4H4z M8 9h8 M8 12.5h5";
const CROSS = "M6 6l12 12 M18 6L6 18";

export interface Button {
  /** While the window is open there is no button. `focus`: the window was closed, the keyboard goes back to it. */
  show(on: boolean, focus?: boolean): void;
  unread(count: number): void;
  largeText(on: boolean): void;
  /** What keeps the window from coming: pressing tries again. Empty: nothing does. */
  trouble(text: string): void;
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export interface ButtonOptions {
  look: Look;
  locale: Locale;
  /** The greeting is not for who has sent it away before. */
  greets: boolean;
  onPress(): void;
  onGreetingClosed(): void;
}

export function drawButton(root: ShadowRoot, options: ButtonOptions): Button {
  const { look, locale } = options;
  const texts = pickTexts(locale);
  const box = element("div", "bb bb-corner");
  box.lang = locale;

  const button = element("button", "bubble");
  button.type = "button";
  const label = element("span", "bubble-text");
  label.textContent = look.bubble;
  const badge = element("span", "badge");
  badge.setAttribute("aria-hidden", "true");
  badge.hidden = true;
  button.append(icon(CHAT), label, badge);
  button.setAttribute("aria-label", texts.open);
  button.addEventListener("click", options.onPress);

  const greeting = look.greeting && options.greets ? drawGreeting(options, texts.dismiss) : null;
  if (greeting) box.append(greeting);
  box.append(button);
  root.append(box);

  return {
    show(on, focus = false) {
      box.hidden = !on;
      if (!on) greeting?.remove();
      if (on && focus) button.focus();
    },
    unread(count) {
      badge.hidden = count === 0;
      badge.textContent = count > 99 ? "99+" : String(count);
      button.setAttribute("aria-label", count ? fill(texts.open_unread, { count }) : texts.open);
    },
    largeText: (on) => void box.classList.toggle("bb-large", on),
    trouble(text) {
      label.textContent = text || look.bubble;
      button.setAttribute("aria-label", text || texts.open);
    },
  };
}

function drawGreeting({ look, onPress, onGreetingClosed }: ButtonOptions, dismiss: string): HTMLElement {
  const box = element("div", "greeting");
  const text = element("button", "greeting-text");
  text.type = "button";
  text.textContent = look.greeting;
  text.addEventListener("click", onPress);
  const close = element("button", "greeting-close");
  close.type = "button";
  close.setAttribute("aria-label", dismiss);
  close.append(icon(CROSS));
  close.addEventListener("click", () => {
    box.remove();
    onGreetingClosed();
  });
  box.append(text, close);
  return box;
}
