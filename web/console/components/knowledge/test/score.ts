// A score as people read it: two digits, and where it stands on a line.

export function score(value: number): string {
  return value.toFixed(2);
}

export function percent(value: number): string {
  return `${(Math.min(1, Math.max(0, value)) * 100).toFixed(1)}%`;
}
