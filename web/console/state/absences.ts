// Absences in a form: times as they are on the wall in China, whatever zone the browser is in.

import type { AbsenceRead, AbsenceWrite } from "@shared/contract";

const CHINA = "+08:00";
const HOURS_AHEAD = 8;

export interface AbsenceForm {
  account_id: string;
  substitute_id: string;
  /** YYYY-MM-DDTHH:mm */
  from: string;
  until: string;
  hand_over: boolean;
  note: string;
}

/** An instant as the clock on the wall shows it. */
export function onTheWall(at: Date): string {
  return new Date(at.getTime() + HOURS_AHEAD * 3_600_000).toISOString().slice(0, 16);
}

/** What the clock on the wall shows, as an instant. */
export function instantOf(wall: string): string {
  return new Date(`${wall}:00${CHINA}`).toISOString();
}

/** A new one begins now and ends with the day. */
export function emptyAbsence(accountId: string, now: Date): AbsenceForm {
  const from = onTheWall(now);
  return { account_id: accountId, substitute_id: "", from, until: `${from.slice(0, 10)}T23:59`, hand_over: false, note: "" };
}

export function formOf(row: AbsenceRead): AbsenceForm {
  return {
    account_id: row.account_id, substitute_id: row.substitute_id ?? "", from: onTheWall(new Date(row.from_at)),
    until: onTheWall(new Date(row.until_at)), hand_over: row.hand_over, note: row.note,
  };
}

export function bodyOf(form: AbsenceForm): AbsenceWrite {
  return {
    account_id: form.account_id || null, substitute_id: form.substitute_id || null, from_at: instantOf(form.from),
    until_at: instantOf(form.until), hand_over: form.hand_over, note: form.note.trim(),
  };
}
