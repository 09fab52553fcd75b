import type { Conversion, Document } from "../../design/document.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../yaml/node.ts";
import { type SettledFields, toDocument } from "../historical/declaration.ts";
import { isNothing, textOf } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import { type ItemField, itemOf } from "./item-fields.ts";
import { stepsOf, traceOf } from "./traced-position.ts";

/** What becomes a document of an item. */
export interface ItemData {
  readonly kind: string;
  readonly name: string;
  readonly data: YamlNode | undefined;
  /** Where the document begins. */
  readonly at: SourcePosition;
  /** Where its name is written. */
  readonly nameAt: SourcePosition;
  readonly complete: boolean;
  readonly problems: Problems;
  /** Whether other documents had a part in the data, so that their places know more than a line. */
  readonly rendered: boolean;
}

/** The id of the form. */
export const formId = "airship-c";

/** Steps kept of one document. */
const MOST_CONVERSIONS = 1000;

/** The document of an item: its fields in the words of its kind. Data that are no mapping are reported, and hold nothing. */
export function itemDocument({ kind, name, data, at, nameAt, complete, problems, rendered }: ItemData): Document {
  const body: YamlMap = data?.kind === "map" ? data : { kind: "map", entries: [], position: data?.position ?? at };
  if (data !== undefined && data.kind !== "map" && !isNothing(data)) {
    problems.add({
      rule: "wrong-type",
      severity: "error",
      message: `found data that are a ${data.kind === "list" ? "list" : "single value"}, expected a mapping of fields`,
      hint: 'write the fields below "data:", one a line, indented',
      at: data.position,
      kind,
      name,
    });
  }
  const declaration = { kind, name, body, at, nameAt, form: formId, part: "", complete, problems };
  if (!rendered) return toDocument(declaration, () => undefined);
  return toDocument(
    declaration,
    () => undefined,
    (fields) => settled(fields, { kind, name, problems }),
  );
}

interface Above {
  readonly position: SourcePosition | undefined;
  /** The nearest substitution the value came by. */
  readonly substitution: SourcePosition | undefined;
}

/**
 * Rewritten fields that name a file only where it isn't the document's own, and what was done to each value as conversions. A secret in a field that is shown is
 * a warning.
 */
function settled(
  fields: YamlMap,
  { kind, name, problems }: Pick<ItemData, "kind" | "name" | "problems">,
): SettledFields {
  const { uri } = problems;
  const conversions: Conversion[] = [];
  const root = visit(fields, itemOf(kind), { position: undefined, substitution: undefined });
  return { fields: root.kind === "map" ? root : fields, conversions };

  function visit(node: YamlNode, field: ItemField, above: Above): YamlNode {
    const { position } = node;
    note(field.path, position, above.position);
    const own = stepsOf(position).findLast(({ message }) => message.startsWith("substituted"));
    const here = { position, substitution: own?.at ?? above.substitution };
    switch (node.kind) {
      case "map":
        return {
          kind: "map",
          entries: node.entries.map((entry) => visitEntry(entry, field, here)),
          position: bare(position),
        };
      case "list": {
        const items = node.items.map((item, index) => visit(item, field.member(index, keysOf(item)), here));
        return { kind: "list", items, position: bare(position) };
      }
      case "scalar":
        if (traceOf(position)?.sealed === true && !field.secret) reportShown(field.path, here.substitution ?? position);
        return { ...node, position: bare(position) };
    }
  }

  function visitEntry({ key, keyPosition, value }: YamlEntry, field: ItemField, above: Above): YamlEntry {
    const below = visit(value, field.at(key), above);
    const keyAt = bare(keyPosition);
    // A value and its key have one file between them; where they don't, the value's place stands for both.
    return { key, keyPosition: keyAt.uri === below.position.uri ? keyAt : below.position, value: below };
  }

  function bare({ line, column, uri: file }: SourcePosition): SourcePosition {
    return file === undefined || file === uri ? { line, column } : { line, column, uri: file };
  }

  function note(field: string, position: SourcePosition, above: SourcePosition | undefined): void {
    const steps = stepsOf(position);
    if (field === "" || steps.length === 0 || (above !== undefined && stepsOf(above) === steps)) return;
    for (const { message, at } of steps) {
      if (conversions.length >= MOST_CONVERSIONS) return;
      conversions.push({ field, message, location: { uri: at.uri ?? uri, line: at.line, column: at.column } });
    }
  }

  function reportShown(field: string, at: SourcePosition): void {
    problems.add({
      rule: "secret-shown",
      severity: "warning",
      message: `found a secret substituted into ${field}, which is shown to everybody`,
      hint: "put it in a field for secrets, such as oob.credential",
      at,
      kind,
      name,
      field,
    });
  }
}

/** What names a member of a list: its own text, or the texts of its fields. */
function keysOf(item: YamlNode): unknown {
  if (item.kind === "scalar") return textOf(item) ?? "";
  if (item.kind === "list") return [];
  return Object.fromEntries(item.entries.map(({ key, value }) => [key, textOf(value) ?? ""]));
}
