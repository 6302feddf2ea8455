// Writing an article: what is stored, what is in the form, saving, and what happens when somebody else saved first.

import type { ArticleRead, VersionRead } from "@shared/contract";
import { AppError } from "@shared/errors";
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { articles, versions } from "../api";
import { contentOf, emptyForm, formOf, merge, sameForm, tidy, type ArticleForm, type FormField, type Side } from "./articleForm";
import { problemsOf, refusedFields, type Problems } from "./articleProblems";
import { keptDraft, type KeptDraft } from "./keptDraft";

// Somebody else's version stands where ours was to go.
const CONFLICTS = new Set(["article_changed", "draft_open"]);

export interface Conflict {
  article: ArticleRead;
  theirs: VersionRead;
  by: string;
}

export interface NewArticle {
  nationwide: string;
  business: string;
  category: string | null;
}

export function useArticleEditor(account: string, articleId: string | null) {
  const article = shallowRef<ArticleRead | null>(null);
  const form = reactive<ArticleForm>(emptyForm("", ""));
  const base = shallowRef<ArticleForm>(emptyForm("", ""));
  const category = ref<string | null>(null);
  const problems = ref<Problems>({});
  const conflict = shallowRef<Conflict | null>(null);
  const kept = shallowRef<KeptDraft | null>(null);
  const busy = ref(false);
  let store = keptDraft(account, articleId);

  const newest = computed(() => article.value?.versions[0] ?? null);
  const dirty = computed(() => !sameForm(form, base.value));
  /** Somebody has to withdraw it or send it back before it can be changed. */
  const locked = computed(() => newest.value?.status === "in_review");

  function show(next: ArticleForm): void {
    Object.assign(form, structuredCloneOf(next));
  }

  /** Take what the server has stored as what we began with. */
  function begin(read: ArticleRead): void {
    article.value = read;
    category.value = read.category_id;
    const version = read.versions[0];
    if (version) base.value = formOf(version);
  }

  async function load(fresh: NewArticle): Promise<void> {
    if (articleId) {
      begin(await articles.read(articleId));
    } else {
      base.value = emptyForm(fresh.nationwide, fresh.business);
      category.value = fresh.category;
    }
    show(base.value);
    const found = store.read();
    kept.value = found && !sameForm(found.form, base.value) ? found : null;
  }

  watch([form, category], () => {
    if (dirty.value) store.write({ form: { ...form }, category: category.value, at: new Date().toISOString() });
  });

  async function write(): Promise<ArticleRead> {
    const content = contentOf(form);
    const version = newest.value;
    if (!article.value || !version) return articles.create(content, category.value);
    if (version.status === "draft") return versions.save(version.id, version.edit, content);
    return articles.revise(article.value.id, version.number, content);
  }

  /** Whether it is stored now. What the server refuses is told by field; what stands in the way becomes the conflict. */
  async function save(): Promise<boolean> {
    show(tidy(form));
    problems.value = problemsOf(form);
    if (Object.keys(problems.value).length) return false;
    busy.value = true;
    try {
      const read = await write();
      const first = article.value === null;
      store.drop();
      if (first) store = keptDraft(account, read.id);
      begin(read);
      show(base.value);
      kept.value = null;
      return true;
    } catch (failure) {
      if (failure instanceof AppError && CONFLICTS.has(failure.code) && article.value) {
        await meet(article.value.id);
        return false;
      }
      problems.value = refusedFields(failure);
      throw failure;
    } finally {
      busy.value = false;
    }
  }

  /** Somebody was quicker: fetch what they stored, to be compared with ours. Nothing of ours is touched. */
  async function meet(id: string): Promise<void> {
    const read = await articles.read(id);
    const theirs = read.versions[0];
    if (!theirs) return;
    const who = theirs.authors.at(-1) ?? theirs.created_by;
    // What we have stays as it is: saving again without having chosen is refused again.
    conflict.value = { article: read, theirs, by: read.people[who] ?? who };
  }

  return {
    article,
    form,
    base,
    category,
    newest,
    dirty,
    locked,
    problems,
    conflict,
    kept,
    busy,
    load,
    save,
    /** Go on with a mixture of both texts, as a change of theirs. */
    settle(sides: Partial<Record<FormField, Side>>): void {
      if (!conflict.value) return;
      show(merge({ ...form }, formOf(conflict.value.theirs), sides));
      begin(conflict.value.article);
      conflict.value = null;
    },
    /** Close the question unanswered: the form stays as it is, and the next save asks again. */
    postpone(): void {
      conflict.value = null;
    },
    restore(): void {
      if (!kept.value) return;
      show(kept.value.form);
      if (!articleId) category.value = kept.value.category;
      kept.value = null;
    },
    discard(): void {
      store.drop();
      kept.value = null;
    },
    /** Leave what is in the form: back to what is stored. */
    reset(): void {
      store.drop();
      show(base.value);
      problems.value = {};
    },
    async withdraw(): Promise<void> {
      const unchanged = !dirty.value; // a merged text may wait to be saved
      if (newest.value) begin(await versions.withdraw(newest.value.id));
      if (unchanged) show(base.value);
    },
  };
}

/** A form holds nothing but texts and lists of them. */
function structuredCloneOf(form: ArticleForm): ArticleForm {
  return JSON.parse(JSON.stringify(form)) as ArticleForm;
}
