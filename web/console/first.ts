// The first thing that runs: what a visit begins with is asked for while the browser still reads the program.
//
// The build gives it a file of its own that waits for nothing (vite.console.config.ts); main.ts imports it as well.

import { askAhead } from "./api/ahead";
import { EARLY, ME } from "./api/paths";

const BASE = "/console/";
const path = location.pathname.slice(BASE.length);

if (path !== "login") askAhead(ME);
// Where most visits begin. An address that leads elsewhere does not load what only the desk needs.
if (/^desk(\/|$)/.test(path)) askAhead(EARLY);
if (/^(desk(\/|$)|$)/.test(path)) void import("./views/DeskView.vue").catch(() => undefined); // the router tells of it
