// Addresses that are known before the program is: they must be the ones it asks for (web/tests/ahead.test.ts).

/** So many rows fill the tallest usual screen: they are asked for before anything else. */
export const EARLY_ROWS = 30;
export const ME = "/api/v1/auth/me";
export const EARLY = `/api/v1/conversations?section=mine&limit=${EARLY_ROWS}`;
