import type { HeldDocument } from "./held-document.ts";
import type { RawDocument } from "./raw-document.ts";
import { isControl } from "./schema-name.ts";

/**
 * Tells of the documents of other tools, once for each schema and file. Nothing is said of those that others take values from, nor of those that direct how
 * others are read.
 */
export function reportForeign(documents: readonly HeldDocument[], used: ReadonlySet<RawDocument>): void {
  const groups = new Map<string, HeldDocument[]>();
  for (const each of documents) {
    const { raw } = each;
    if (raw.kind !== undefined || used.has(raw) || isControl(raw.schema) || raw.schema.startsWith("drydock/")) continue;
    const key = `${raw.file.uri}\0${raw.schema}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { schema, schemaAt, file } = first.raw;
    const [found, are] = group.length === 1 ? ["a document", "is"] : [`${group.length} documents`, "are"];
    file.add({
      rule: "foreign-document",
      severity: "info",
      message: `found ${found} of schema ${JSON.stringify(schema.slice(0, 64))}, which ${are} left alone`,
      hint: "nothing needs to be done",
      at: schemaAt,
    });
  }
}
