const MOST_ROWS = 1_000;
const LARGEST_BYTES = 8 * 1024 * 1024;

/**
 * Rows as the text of JSON lists, each small enough for one statement. One parameter that the database takes apart is several times faster than a
 * parameter per column, and needs nothing of either driver.
 */
export function* jsonRows(rows: readonly object[]): Generator<string> {
  let parts: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (parts.length > 0 && (parts.length === MOST_ROWS || bytes + text.length > LARGEST_BYTES)) {
      yield `[${parts.join()}]`;
      parts = [];
      bytes = 0;
    }
    parts.push(text);
    bytes += text.length;
  }
  if (parts.length > 0) yield `[${parts.join()}]`;
}
