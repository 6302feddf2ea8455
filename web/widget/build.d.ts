// Put in by the build (vite.widget.config.ts).

/** The names of the window's script, with its hash, and of what it imports. */
declare const __WINDOW__: [first: string, ...beside: string[]];
