// Writing a flow: what is stored, what is on the screen, and what the server says about it while it is written.

import type { FlowNode, FlowProblem, FlowRead } from "@shared/contract";
import { AppError } from "@shared/errors";
import { onScopeDispose, ref, shallowRef, watch } from "vue";
import { flows } from "../api";
import { t } from "../i18n";
import { useDraft } from "./draft";
import { fieldProblems, type FieldProblems } from "./fieldProblems";
import { blanksOf } from "./flowDraft";
import { useSaving } from "./saving";

const CHECK_AFTER_MS = 600;

interface FlowForm {
  title: string;
  nodes: FlowNode[];
}

const formOf = ({ title, content }: FlowRead): FlowForm => ({ title, nodes: content.nodes });

export function useFlowEditor(first: FlowRead) {
  const flow = shallowRef(first);
  const { form, dirty, begin, undo } = useDraft(formOf(first));
  const { busy, problems, overtaken, save } = useSaving();
  const checked = shallowRef<FlowProblem[]>(first.problems);
  const fields = shallowRef<FieldProblems>({});
  const edit = ref(first.edit);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  function take(fresh: FlowRead): void {
    flow.value = fresh;
    edit.value = fresh.edit;
    checked.value = fresh.problems;
    begin(formOf(fresh));
  }

  const blanks = () => blanksOf(form.value.nodes, t("problem_missing"), t("flow_unchosen"));

  /** What stands in the way of using it; texts that are still empty are told at their fields. */
  async function check(): Promise<void> {
    const mine = ++asked;
    fields.value = blanks();
    if (Object.keys(fields.value).length) return void (checked.value = []);
    try {
      const found = (await flows.check({ nodes: form.value.nodes })).problems;
      if (mine === asked) [checked.value, fields.value] = [found, {}];
    } catch (failure) {
      if (mine === asked && failure instanceof AppError) fields.value = fieldProblems(failure);
    }
  }

  watch(
    () => form.value.nodes,
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void check(), CHECK_AFTER_MS);
    },
    { deep: true },
  );
  onScopeDispose(() => clearTimeout(timer));

  const store = (active: boolean, words: string) =>
    save(async () => {
      const { title, nodes } = form.value;
      // Told at its field; sent it would be refused.
      fields.value = blanks();
      if (Object.keys(fields.value).length) {
        throw new AppError({ code: "flow_blank", message: t("flow_blank") });
      }
      try {
        take(await flows.change(flow.value.id, { edit: edit.value, title, content: { nodes }, active }));
        fields.value = {};
      } catch (failure) {
        fields.value = fieldProblems(failure);
        const { problems: found } = failure instanceof AppError ? failure.details : {};
        if (Array.isArray(found)) checked.value = found as FlowProblem[];
        throw failure;
      }
    }, words);

  return {
    flow, form, dirty, undo, busy, problems, overtaken, checked, fields, edit, store, take,
  };
}
