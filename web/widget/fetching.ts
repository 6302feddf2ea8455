// Fetches the window, as the build has called it.

import type { App } from "./launch";

/** `folder`: where the widget's parts are. What the window imports is fetched beside it, not after it. */
export function fetchWindow(folder: string): Promise<App> {
  const [first, ...beside] = __WINDOW__.map((name) => import(/* @vite-ignore */ `${folder}/${name}`) as Promise<App>) as [Promise<App>];
  // What is wrong with these the window says itself.
  (beside as Promise<App>[]).forEach((each) => each.catch(() => undefined));
  return first;
}
