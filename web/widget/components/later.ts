// Parts of messages that are loaded when the first message needs them.
//
// Named once for all messages, not in each component's setup: there they would be loading parts anew for every message,
// drawn a moment later each time, and what is read would move.

import { defineAsyncComponent } from "vue";

export const AnswerBody = defineAsyncComponent(() => import("./AnswerBody.vue"));
export const AnswerFeedback = defineAsyncComponent(() => import("./AnswerFeedback.vue"));
export const TableMessage = defineAsyncComponent(() => import("./TableMessage.vue"));
export const FileMessage = defineAsyncComponent(() => import("./files/FileMessage.vue"));
export const FileDraft = defineAsyncComponent(() => import("./files/FileDraft.vue"));
export const PlaceMessage = defineAsyncComponent(() => import("./files/PlaceMessage.vue"));
export const FormView = defineAsyncComponent(() => import("./forms/FormView.vue"));
export const SpeakButton = defineAsyncComponent(() => import("./SpeakButton.vue"));
