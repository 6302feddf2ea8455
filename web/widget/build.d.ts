// Put in by the build (vite.widget.config.ts).

/** The name of the window's script, with its hash. */
declare const __WINDOW__: string;
