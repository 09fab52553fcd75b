/** Shortens a text to one line of at most `limit` characters, marking what was cut. */
export function oneLine(source: string, limit: number): string {
  const line = source.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 3)}...`;
}

/** A list for people: the first `limit` entries, and how many more there are. */
export function listed(entries: readonly string[], limit = 8): string {
  const shown = entries.slice(0, limit).join(", ");
  return entries.length > limit ? `${shown} and ${entries.length - limit} more` : shown;
}
