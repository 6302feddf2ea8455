// Files a browser is handed.

/** Taken from what was pasted or dropped. */
export function filesOf(data: DataTransfer | null): File[] {
  return data ? [...data.files] : [];
}

/** Files that were pasted. Office programs put a picture of the text beside the text; then the text is meant. */
export function pastedFiles(data: DataTransfer | null): File[] {
  return data?.types.includes("text/plain") ? [] : filesOf(data);
}
