// The form of an own intent, and what is sent of it.

import type { IntentDetail, IntentUpdate } from "@shared/contract";

export interface IntentForm {
  title: string;
  means: string;
  /** It is answered by reply texts or by a flow, never by both. */
  answer: "text" | "flow";
  replies: string[];
  flow: string;
}

export function emptyIntent(): IntentForm {
  return { title: "", means: "", answer: "text", replies: [""], flow: "" };
}

export function formOfIntent({ title, means, replies, flow }: IntentDetail): IntentForm {
  return { title, means, answer: flow ? "flow" : "text", replies: replies.length ? [...replies] : [""], flow: flow?.id ?? "" };
}

export function bodyOf(form: IntentForm): Pick<IntentUpdate, "title" | "means" | "replies" | "flow_id"> {
  const text = form.answer === "text";
  return {
    title: form.title,
    means: form.means,
    // An empty variant is a place to write in, nothing to be said.
    replies: text ? form.replies.filter((reply) => reply.trim()) : [],
    flow_id: text ? null : form.flow || null,
  };
}
