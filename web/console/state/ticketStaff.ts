// Departments as a tree: whether one lies below another. A circle in the data ends the walk.

import type { TicketDepartment } from "@shared/contract";

export function within(departments: readonly TicketDepartment[], id: string, above: string): boolean {
  const seen = new Set<string>();
  let here: string | null = id;
  while (here !== null && !seen.has(here)) {
    if (here === above) return true;
    seen.add(here);
    const current: string = here;
    here = departments.find((each) => each.id === current)?.parent_id ?? null;
  }
  return false;
}
