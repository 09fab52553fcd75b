/** How often a text is run before it is prepared: one that is run once or twice isn't worth it. */
const FIRST_PREPARED = 3;
/** How many texts are prepared at most. Each is kept by every connection of the server, some tens of kilobytes with its plan. */
const MOST_PREPARED = 400;
/** How many texts are counted at most; then counting begins anew. */
const MOST_COUNTED = 4000;

/** Gives the name under which a statement is to be prepared; undefined when it is not to be. */
export type StatementNames = (text: string, values: readonly unknown[]) => string | undefined;

/** Names the statements that are used often, which for most of ours saves more time than carrying them out takes. Those without values are none of them. */
export function createStatementNames(): StatementNames {
  const uses = new Map<string, number>();
  const names = new Map<string, string>();
  return (text, values) => {
    if (values.length === 0) return undefined;
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_PREPARED) return known;
    const count = (uses.get(text) ?? 0) + 1;
    if (uses.size >= MOST_COUNTED) uses.clear();
    if (count < FIRST_PREPARED) {
      uses.set(text, count);
      return undefined;
    }
    uses.delete(text);
    const name = `bedplate_${names.size}`;
    names.set(text, name);
    return name;
  };
}
