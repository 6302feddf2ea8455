// The local figures in an answer, {{name}}, as citizens of the installation's region read them.

import type { RegionValueRead } from "@shared/contract";

const PLACEHOLDER = /\{\{\s*([a-z0-9_.]+)\s*\}\}/g; // knowledge/articles/regions.py

export function hasPlaceholders(markdown: string): boolean {
  return markdown.search(PLACEHOLDER) >= 0;
}

/** `absent` stands for a figure the region does not have. */
export function fillPlaceholders(markdown: string, values: RegionValueRead[], absent: string): string {
  const known = new Map(values.map(({ name, display }) => [name, display]));
  return markdown.replace(PLACEHOLDER, (_, name: string) => known.get(name) ?? absent);
}
