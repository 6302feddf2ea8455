// Sizes of files for people.

const UNITS = ["B", "KB", "MB", "GB"];

/** 860 B, 12.4 KB, 3.0 MB. */
export function sizeOf(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${step ? (bytes / 1024 ** step).toFixed(1) : bytes} ${UNITS[step]}`;
}
