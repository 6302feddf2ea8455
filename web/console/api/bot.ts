// The bot: what it tells apart and says, its flows, trainings and models, and testing a sentence.

import type {
  Deleted, ExamplesAdded, FlowChecked, FlowContent, FlowCreate, FlowList, FlowRead, FlowUpdate, IntentCreate, IntentCreated,
  IntentDetail, IntentList, IntentUpdate, ModelsRead, Parsed, PendingRead, ReplyList, ReplyRead, ReplyUpdate, SentenceCreate,
  SentenceList, SentenceRead, TrainingLog, TrainingPage, TrainingRead,
} from "@shared/contract";
import { get, post, put, remove } from "./http";

const BASE = "/bot";

export const intents = {
  list: () => get<IntentList>(`${BASE}/intents`),
  read: (name: string) => get<IntentDetail>(`${BASE}/intents/${name}`),
  create: (body: IntentCreate) => post<IntentCreated>(`${BASE}/intents`, body),
  change: (name: string, body: IntentUpdate) => put<IntentDetail>(`${BASE}/intents/${name}`, body),
  remove: (name: string, edit: number) => remove<Deleted>(`${BASE}/intents/${name}?edit=${edit}`),
  addExamples: (name: string, texts: string[]) => post<ExamplesAdded>(`${BASE}/intents/${name}/examples`, { texts }),
  changeExample: (id: string, text: string) => put<ExamplesAdded>(`${BASE}/examples/${id}`, { text }),
  removeExample: (id: string) => remove<Deleted>(`${BASE}/examples/${id}`),
};

export const replies = {
  list: () => get<ReplyList>(`${BASE}/replies`),
  change: (name: string, body: ReplyUpdate) => put<ReplyRead>(`${BASE}/replies/${name}`, body),
  reset: (name: string, edit: number) => remove<ReplyRead>(`${BASE}/replies/${name}?edit=${edit}`),
};

export const regression = {
  list: () => get<SentenceList>(`${BASE}/regression`),
  add: (body: SentenceCreate) => post<SentenceRead>(`${BASE}/regression`, body),
  remove: (id: string) => remove<Deleted>(`${BASE}/regression/${id}`),
};

export const flows = {
  list: () => get<FlowList>(`${BASE}/flows`),
  read: (id: string) => get<FlowRead>(`${BASE}/flows/${id}`),
  create: (body: FlowCreate) => post<FlowRead>(`${BASE}/flows`, body),
  change: (id: string, body: FlowUpdate) => put<FlowRead>(`${BASE}/flows/${id}`, body),
  remove: (id: string, edit: number) => remove<Deleted>(`${BASE}/flows/${id}?edit=${edit}`),
  check: (content: FlowContent) => post<FlowChecked>(`${BASE}/flows/check`, { content }),
};

export const trainings = {
  pending: () => get<PendingRead>(`${BASE}/pending`),
  list: (after: string | null) => get<TrainingPage>(`${BASE}/trainings`, { after, limit: 10 }),
  read: (id: string) => get<TrainingRead>(`${BASE}/trainings/${id}`),
  log: (id: string) => get<TrainingLog>(`${BASE}/trainings/${id}/log`),
  start: (whenReady: boolean) => post<TrainingRead>(`${BASE}/trainings`, { switch: whenReady }),
  cancel: (id: string) => post<TrainingRead>(`${BASE}/trainings/${id}/cancel`),
  models: () => get<ModelsRead>(`${BASE}/models`),
  /** `id` null: the shipped model. A reason forces what was refused. */
  switchTo: (id: string | null, reason: string | null) =>
    id === null
      ? post<ModelsRead>(`${BASE}/models/shipped/switch`)
      : post<ModelsRead>(`${BASE}/trainings/${id}/switch`, reason === null ? {} : { force: true, reason }),
  /** What a model makes of a sentence; without `training_id` the live one. */
  parse: (text: string, training_id: string | null) => post<Parsed>(`${BASE}/parse`, { text, training_id }),
};
