// The least setData has to carry over to the page: each call is written down as JSON and sent to another thread.

type Data = Record<string, unknown>;

const isRecord = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((each, at) => same(each, other[at]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]));
}

/** Paths and their new values. Lists that only grew or changed in places are told item by item. */
export function changesOf(before: Data, after: Data): Data {
  const changes: Data = {};
  for (const [key, now] of Object.entries(after)) {
    const was = before[key];
    if (same(was, now)) continue;
    if (!Array.isArray(was) || !Array.isArray(now) || now.length < was.length || !was.length) {
      changes[key] = now;
      continue;
    }
    const moved = now.filter((each, at) => at < was.length && !same(each, was[at])).length;
    // More of it is new than not: the list as it is costs less than its places.
    if (moved * 2 > was.length) changes[key] = now;
    else now.forEach((each, at) => !same(each, was[at]) && (changes[`${key}[${at}]`] = each));
  }
  return changes;
}
