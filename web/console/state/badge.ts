// The number on the tab's icon, and on the application's where the browser can.

import { t } from "../i18n";

const SIZE = 32;
// A browser that is busy draws it all the same by then.
const LATEST_MS = 2_000;
let icon: HTMLLinkElement | null = null;
let wanted = 0;
let waits = false;

/** Drawn when there is nothing better to do: what was said comes before how many there are. */
export function showBadge(count: number): void {
  wanted = count;
  // The page comes with the icon that has no number.
  if (waits || (!count && !icon)) return;
  waits = true;
  if ("requestIdleCallback" in window) window.requestIdleCallback(show, { timeout: LATEST_MS });
  else setTimeout(show);
}

function show(): void {
  waits = false;
  const count = wanted;
  if ("setAppBadge" in navigator) void navigator.setAppBadge(count).catch(() => undefined);
  const drawn = draw(count);
  if (!drawn) return; // no canvas: tests
  icon ??= document.querySelector<HTMLLinkElement>("link[rel~=icon]") ?? document.head.appendChild(newIcon());
  icon.href = drawn;
}

function newIcon(): HTMLLinkElement {
  const made = document.createElement("link");
  made.rel = "icon";
  return made;
}

function draw(count: number): string | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.fillStyle = "#14579e";
  pen.beginPath();
  pen.roundRect(0, 0, SIZE, SIZE, 7);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = "bold 19px sans-serif";
  pen.fillText(t("product").charAt(0), SIZE / 2, SIZE / 2 + 1);
  if (count) {
    pen.fillStyle = "#d3281e";
    pen.beginPath();
    pen.arc(22, 10, 10, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 14px sans-serif";
    pen.fillText(count > 9 ? "9+" : String(count), 22, 11);
  }
  return canvas.toDataURL("image/png");
}
