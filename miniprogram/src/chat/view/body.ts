// What a message holds, as the data its WXML shows.

import { citationLine, safeLink, type Content } from "@shared/content";
import type { FileContent, LocationContent, Table } from "@shared/contract";
import { coordinates, sourceOf, thumbnailOf } from "@shared/files";
import { sizeOf } from "@shared/sizes";
import { readForm, type Form } from "@widget/components/forms/checks";
import type { Texts } from "../i18n";
import { richOf, type Block, type RichLink } from "./rich";

export interface TableView {
  caption: string;
  columns: string[];
  rows: string[][];
  /** Longer ones are closed at first: on a phone what stands below would be far away. */
  long: boolean;
}

export interface FileView {
  kind: FileContent["type"];
  name: string;
  facts: string;
  /** Null: it may not be followed, or is not there (yet); `note` says why. */
  src: string | null;
  thumb: string | null;
  /** Ours: may be shown or played here. */
  own: boolean;
  /** As wide as it is shown, in pixels, and its height by its width; 0: not known. */
  width: number;
  ratio: number;
  seconds: number;
  note: string;
}

export interface PlaceView {
  latitude: number;
  longitude: number;
  label: string;
  system: "wgs84" | "gcj02";
  line: string;
}

export interface BodyView {
  type: "text" | "choices" | "answer" | "file" | "place" | "form" | "left" | "unsupported";
  text: string;
  table: TableView | null;
  choices: { label: string; value: string }[];
  past: string;
  blocks: Block[];
  links: RichLink[];
  basis: string;
  citations: { line: string; link: string | null }[];
  next: string[];
  file: FileView | null;
  place: PlaceView | null;
  form: Form | null;
}

const OPEN_ROWS = 8;
const PICTURE_PX = 220;
const EMPTY: BodyView = {
  type: "unsupported", text: "", table: null, choices: [], past: "", blocks: [], links: [], basis: "", citations: [],
  next: [], file: null, place: null, form: null,
};

function tableOf(table: Table | null | undefined): TableView | null {
  return table ? { ...table, long: table.rows.length > OPEN_ROWS } : null;
}

export function fileOf(file: FileContent, origin: string, texts: Texts): FileView {
  const source = file.state ? null : sourceOf(file.url, origin);
  const { width, height } = file;
  const known = width && height ? { width, height } : null;
  const ending = /\.(\w{1,5})$/.exec(file.name)?.[1]?.toUpperCase();
  const note = file.state === "pending" ? texts.own("file_pending") : file.state === "failed" ? file.reason || texts.own("file_lost") : "";
  return {
    kind: file.type, name: file.name, facts: [ending, file.size ? sizeOf(file.size) : ""].filter(Boolean).join(" · "),
    src: source?.href ?? null, own: source?.own ?? false,
    thumb: thumbnailOf(file, origin) ?? (source?.own ? source.href : null),
    width: known ? Math.round(known.width * Math.min(1, PICTURE_PX / Math.max(known.width, known.height))) : 0,
    ratio: known ? known.height / known.width : 0,
    seconds: file.seconds ?? 0, note,
  };
}

function placeOf(place: LocationContent, texts: Texts): PlaceView {
  const { latitude, longitude, label, system = "wgs84" } = place;
  return { latitude, longitude, label, system, line: texts.files("place_coordinates", coordinates(place)) };
}

function formOf(data: Record<string, unknown>, texts: Texts): Partial<BodyView> {
  const form = readForm(data);
  if (form?.form === "left_message") {
    const given = Array.isArray(data["choices"]) ? (data["choices"] as { label?: unknown; value?: unknown }[]) : [];
    const choices = given.filter((each) => each.label && each.value).map((each) => ({ label: String(each.label), value: String(each.value) }));
    return { type: "left", text: typeof data["text"] === "string" ? data["text"] : "", choices };
  }
  if (form?.fields.length) return { type: "form", form, text: texts.forms("over", { title: form.title || texts.forms("form") }) };
  return { type: "unsupported", text: texts.forms("unreadable") };
}

export function bodyOf(content: Content, origin: string, texts: Texts): BodyView {
  switch (content.type) {
    case "text":
      return { ...EMPTY, type: "text", text: content.text, table: tableOf(content.table) };
    case "choices":
      return {
        ...EMPTY, type: "choices", text: content.text, table: tableOf(content.table), choices: content.choices,
        past: content.choices.map((choice) => choice.label).join(" / "),
      };
    case "answer":
      return {
        ...EMPTY, type: "answer", ...richOf(content.text_md, origin), next: content.next,
        basis: texts.answers("basis", { count: content.citations.length }),
        citations: content.citations.map((each) => ({ line: citationLine(each), link: safeLink(each.link) })),
      };
    case "location":
      return { ...EMPTY, type: "place", place: placeOf(content, texts) };
    case "form":
      return { ...EMPTY, ...formOf(content.data, texts) };
    case "activity":
      return { ...EMPTY, text: texts.first("unsupported") };
    default:
      return { ...EMPTY, type: "file", file: fileOf(content, origin, texts) };
  }
}
