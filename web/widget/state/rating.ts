// Rating the services by people: which there were, how they may be rated, and the card that asks. All tabs agree,
// because the server tells each change to all of them.

import type { RatedService, RatingOffer } from "@shared/contract";
import { AppError } from "@shared/errors";
import type { Store } from "@shared/store";
import { computed, effectScope, inject, ref, shallowRef, watch, type InjectionKey } from "vue";
import type { Visitor } from "./visitor";

export interface Opinion {
  score: number;
  tags: string[];
  comment: string;
}

/** `signal`: the citizen leaves, and nothing is watched any more. */
export function createRating(visitor: Visitor, store: Store, signal?: AbortSignal) {
  const scope = effectScope(true);
  signal?.addEventListener("abort", () => scope.stop());
  return scope.run(() => track(visitor, store, signal)) as ReturnType<typeof track>;
}

function track(visitor: Visitor, store: Store, signal?: AbortSignal) {
  const { link, session, conversation } = visitor;
  const offer = shallowRef<RatingOffer | null>(null);
  /** The service the open card is about; null: no card. */
  const asked = ref<string | null>(null);
  /** The service that was rated just now: what remains of the card is the thanks. */
  const thanked = ref<string | null>(null);

  const services = computed(() => offer.value?.services ?? []);
  /** What can be said or said otherwise, the latest service first. */
  const open = computed(() => services.value.filter((each) => !each.rating || changeable(each)));
  const find = (id: string | null) => services.value.find((each) => each.id === id) ?? null;
  const current = computed(() => find(asked.value));

  function changeable(service: RatedService): boolean {
    return service.rating !== null && Date.parse(service.rating.changeable_until) > Date.now();
  }

  const skipped = (id: string) => store.get(`rated.${id}`) !== null;

  function ask(id?: string): void {
    const service = id ? find(id) : (open.value.find((each) => !each.rating) ?? open.value[0]);
    if (!service) return;
    thanked.value = null;
    asked.value = service.id;
  }

  function close(): void {
    asked.value = null;
  }

  /** Put away, in all tabs; the button stays. */
  function skip(): void {
    if (asked.value && !current.value?.rating) store.set(`rated.${asked.value}`, "skipped");
    close();
  }

  async function refresh(): Promise<void> {
    try {
      offer.value = await link.command("list_services", {});
    } catch {
      // Not there: the next connection tells.
    }
  }

  /** A code that says what is wrong; null: it is said. Throws nothing. */
  async function rate(opinion: Opinion): Promise<AppError | null> {
    const service = current.value;
    if (!service) return null;
    try {
      const { conversation_id, id } = service;
      take(await link.command("rate_conversation", { conversation_id, service: id, ...opinion }));
      return null;
    } catch (failure) {
      if (!(failure instanceof AppError)) return new AppError({ code: "offline", message: "" });
      if (failure.code === "rating_outdated" || failure.code === "rating_closed") await refresh();
      return failure;
    }
  }

  /** What was said here or in another tab. */
  function take(rated: RatedService): void {
    if (!offer.value) return;
    const known = find(rated.id) !== null;
    const others = offer.value.services.map((each) => (each.id === rated.id ? rated : each));
    offer.value = { ...offer.value, services: known ? others : [rated, ...others] };
    if (asked.value === rated.id) close();
    thanked.value = rated.id;
  }

  /** Whoever was served and has not said anything is asked once after it has ended. */
  function askAfterwards(): void {
    const last = services.value[0];
    const over = conversation.value?.status === "closed" && last?.conversation_id === conversation.value.id;
    if (over && last && !last.rating && !skipped(last.id)) ask(last.id);
  }

  // Another conversation begins: what was not said about the last one can be said with the button.
  watch(
    () => conversation.value?.id,
    (now, before) => {
      if (now && before && now !== before) {
        close();
        thanked.value = null;
      }
    },
  );
  watch(session, (ready) => {
    offer.value = ready?.rating ?? null;
    if (asked.value && !current.value) close();
    // The conversation of the same answer is taken over before its settings are.
    askAfterwards();
  });
  // A person has come: there is a service more.
  watch(
    () => conversation.value?.status === "assigned" && `${conversation.value.id} ${conversation.value.owner_name ?? ""}`,
    (served) => {
      const running = services.value.some((each) => !each.ended_at && `${each.conversation_id} ${each.agent_name}` === served);
      if (served && !running) void refresh();
    },
  );
  link.on("rating.requested", (request) => {
    void refresh().then(() => {
      const wanted = request.service ?? services.value.find((each) => each.conversation_id === request.conversation_id)?.id;
      const service = find(wanted ?? null);
      // Asked by the agent: also whoever has put it away. Asked because it ended: not again.
      if (service && !service.rating && (request.invited_by || !skipped(service.id))) ask(service.id);
    });
  });
  link.on("rating.updated", take);
  store.onChange((key, value) => {
    if (asked.value && value && key === `rated.${asked.value}`) close();
  }, signal);

  return { offer, services, open, asked, current, thanked, find, changeable, ask, skip, close, rate };
}

export type Rating = ReturnType<typeof createRating>;
export const RATING: InjectionKey<Rating> = Symbol("rating");

export function useRating(): Rating {
  const rating = inject(RATING);
  if (!rating) throw new Error("no rating provided");
  return rating;
}
