// Forms that a part of the widget draws and sends itself, by the `form` of a FormContent; each is loaded when it is
// shown. A form that is not here is drawn by FormFields.vue and sent as a message (FormView.vue).

import { defineAsyncComponent, type Component } from "vue";
import type { Form } from "./checks";

/** What such a component gets. `active`: it may be filled in; a form that was overtaken by what was said since may not. */
export interface FormProps {
  form: Form;
  active: boolean;
  /** The FormContent's `data` as it came, for what is of this form alone. */
  data: Record<string, unknown>;
}

type Load = () => Promise<{ default: Component<FormProps> }>;

const FORMS: Record<string, Load> = {
  left_message: () => import("../left/LeftOffer.vue"),
};

const loaded = new Map<string, Component<FormProps>>();

/** The component of a part's own form; null: none. */
export function formOf(name: string): Component<FormProps> | null {
  const load = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (!load) return null;
  const known = loaded.get(name) ?? defineAsyncComponent(load);
  loaded.set(name, known);
  return known;
}
