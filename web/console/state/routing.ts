// What the page of routing edits, and what it offers to choose from.

import type { OverflowStep, RoutingRule, RoutingSettings } from "@shared/contract";
import { shallowRef } from "vue";
import { conversations, inboxes, people } from "../api";
import type { AgentRead, GroupRead } from "../api/types";
import { label } from "../i18n";
import { attempt } from "./report";

/** In the order in which they are offered. */
export const CONDITIONS = ["business", "inbox", "channel", "sub_channel", "region", "tag", "customer_group", "language"] as const;
export type Condition = (typeof CONDITIONS)[number];
export const CHANNELS = ["web", "wechat", "miniprogram", "wecom", "webhook"];
const LANGUAGES = ["zh", "en"];

export interface Option {
  value: string;
  label: string;
}

export function newRule(group: string): RoutingRule {
  return {
    name: "", group, agent: null, business: [], inbox: [], channel: [], sub_channel: [], region: [], tag: [], customer_group: [], language: [],
  };
}

export function newOverflow(group: string): OverflowStep {
  return { from_group: group, to_group: null, after_seconds: 120, text: "" };
}

/** `items` with the one at `place` moved by `by`; the same where it cannot. */
export function moved<T>(items: T[], place: number, by: number): T[] {
  const to = place + by;
  if (to < 0 || to >= items.length) return items;
  const result = [...items];
  result.splice(to, 0, ...result.splice(place, 1));
  return result;
}

const plain = (value: string): Option => ({ value, label: value });

export function useRoutingChoices() {
  const groups = shallowRef<GroupRead[]>([]);
  const agents = shallowRef<AgentRead[]>([]);
  const choices = shallowRef<Partial<Record<Condition, Option[]>>>({});

  async function load(settings: () => RoutingSettings | null): Promise<void> {
    await attempt(async () => {
      const [found, everybody, boxes, known, lines] = await Promise.all([
        people.groups(), people.agents(), inboxes.list(), conversations.choices(), conversations.businesses(),
      ]);
      groups.value = found;
      agents.value = everybody;
      const weights = settings()?.priority;
      choices.value = {
        business: lines.lines.map(plain),
        inbox: boxes.map((box) => ({ value: box.id, label: box.name })),
        channel: CHANNELS.map((value) => ({ value, label: label("channel_", value) })),
        tag: [...new Set([...known.tags, ...Object.keys(weights?.tags ?? {})])].map(plain),
        customer_group: Object.keys(weights?.customer_groups ?? {}).map(plain),
        language: LANGUAGES.map((value) => ({ value, label: label("route_language_", value) })),
      };
    });
  }

  return { groups, agents, choices, load };
}
