// Fetches the window, as the build has called it.

import type { App } from "./launch";

/** `folder`: where the widget's parts are. */
export const fetchWindow = (folder: string): Promise<App> => import(/* @vite-ignore */ `${folder}/${__WINDOW__}`) as Promise<App>;
