// What each step on a ticket needs from whoever takes it, and the form in which it is given.

import type { TicketDetail, TicketField, TicketStep, TicketStepWrite } from "@shared/contract";
import { type FieldValues, filledIn, problemsOf } from "./ticketFields";

export type FollowUpResult = "satisfied" | "unsatisfied" | "unreachable";

/** Steps that say everything by themselves. */
const NO_WORDS = new Set<TicketStep>(["accept", "resume", "revise", "link", "unlink"]);
/** Files may come with these. */
const WITH_FILES = new Set<TicketStep>(["return", "comment", "reply", "ask", "submit", "send_back", "resolve", "follow_up", "reopen"]);
/** The citizen reads the words. */
const TO_CITIZEN = new Set<TicketStep>(["reply", "ask", "resolve"]);
/** Answers, for which there are templates. */
const ANSWERS = new Set<TicketStep>(["reply", "submit", "resolve", "ask"]);
/** Taken with one press. */
const AT_ONCE = new Set<TicketStep>(["accept", "resume"]);
/** After which another stage begins, to be chosen where there are several. */
const MOVES_ON = new Set<TicketStep>(["assign", "submit", "approve"]);
/** Beside the way: shown after the others. */
const ASIDE = new Set<TicketStep>(["comment", "revise", "classify", "link", "unlink", "merge", "urge", "withdraw"]);

export const MOST_WORDS = 4000;

export const needsWords = (step: TicketStep, ticket: TicketDetail) => ticket.worded.includes(step);
export const takesWords = (step: TicketStep) => !NO_WORDS.has(step);
export const takesFiles = (step: TicketStep) => WITH_FILES.has(step);
export const reachesCitizen = (step: TicketStep) => TO_CITIZEN.has(step);
export const isAnswer = (step: TicketStep) => ANSWERS.has(step);
export const isAtOnce = (step: TicketStep) => AT_ONCE.has(step);

/** The stages among which is chosen; one alone is no choice. */
export function stageChoices(step: TicketStep, ticket: TicketDetail): TicketDetail["next_stages"] {
  if (!MOVES_ON.has(step) || ticket.next_stages.length < 2) return [];
  return step === "approve" ? ticket.next_stages : ticket.next_stages.filter((each) => each.key !== "end");
}

/** What brings it forward comes first: where it is to be dispatched that, else the work, then what goes back. */
const FORWARD: TicketStep[] = ["approve", "submit", "resolve", "resume", "follow_up", "close", "accept", "send_back", "ask", "reply", "return", "assign", "reopen"];

/** What goes on with the ticket, the usual one first, and what goes beside it. Links are ended where they are shown. */
export function ordered(ticket: TicketDetail): { main: TicketStep[]; aside: TicketStep[] } {
  const { steps, turn, status, definition, history } = ticket;
  const first: TicketStep[] = turn === "dispatchers" && !steps.includes("approve") ? ["assign"] : status === "new" ? ["accept"] : [];
  const answered = history.map((each) => each.step).lastIndexOf("resolve");
  const followed = history.map((each) => each.step).lastIndexOf("follow_up") > answered;
  if (!definition?.follow_up || followed) first.push("close");
  const order = [...first, ...FORWARD];
  const place = (step: TicketStep) => (order.includes(step) ? order.indexOf(step) : order.length);
  const shown = steps.filter((step) => step !== "unlink" && step !== "take_in");
  return {
    main: shown.filter((step) => !ASIDE.has(step)).sort((one, other) => place(one) - place(other)),
    aside: shown.filter((step) => ASIDE.has(step)),
  };
}

/** What the desk still has to fill in when it writes the answer: the handlers' own fields, and what is required. */
export function owedFields(step: TicketStep, ticket: TicketDetail): TicketField[] {
  if (step !== "submit" && step !== "resolve") return [];
  const known = new Set(ticket.values.map((each) => each.key));
  return (ticket.definition?.fields ?? []).filter((each) => each.kind !== "file" && !known.has(each.key) && (each.required || each.visible === "handlers"));
}

export interface StepForm {
  words: string;
  next: string;
  department: string;
  person: string;
  type: string;
  other: string;
  result: FollowUpResult | "";
  values: FieldValues;
}

export const emptyForm = (): StepForm => ({ words: "", next: "", department: "", person: "", type: "", other: "", result: "", values: {} });

export function isReady(step: TicketStep, form: StepForm, ticket: TicketDetail): boolean {
  if (needsWords(step, ticket) && !form.words.trim()) return false;
  if (Object.keys(problemsOf(owedFields(step, ticket), form.values)).length) return false;
  if (step === "assign") return Boolean(form.department || form.person);
  if (step === "classify") return Boolean(form.type) && form.type !== ticket.type;
  if (step === "link" || step === "merge") return Boolean(form.other);
  return step !== "follow_up" || Boolean(form.result);
}

/** What goes to the server: only what the step knows. */
export function writeOf(step: TicketStep, form: StepForm, ticket: TicketDetail, files: string[]): TicketStepWrite {
  const write: TicketStepWrite = { version: ticket.version };
  if (takesWords(step)) write.reason = form.words.trim();
  if (takesFiles(step) && files.length) write.file_ids = files;
  if (stageChoices(step, ticket).length && form.next) write.next_stage = form.next;
  if (step === "assign") {
    if (form.department) write.department_id = form.department;
    if (form.person) write.assignee_id = form.person;
  }
  if (step === "classify") write.type = form.type;
  const filled = filledIn(owedFields(step, ticket), form.values);
  if (Object.keys(filled).length) write.fields = filled;
  if (step === "link" || step === "merge" || step === "unlink") write.other = form.other;
  if (step === "follow_up" && form.result) write.result = form.result;
  return write;
}
