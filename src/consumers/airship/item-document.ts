import type { Conversion, Document } from "../../design/document.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../yaml/node.ts";
import { type SettledFields, toDocument } from "../historical/declaration.ts";
import { isNothing } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import { type ItemField, itemOf, memberAt, partAt, pathOf } from "./item-fields.ts";
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

  /** The same node where nothing in it comes from elsewhere. */
  function visit(node: YamlNode, field: ItemField, above: Above): YamlNode {
    const { position } = node;
    const steps = stepsOf(position);
    note(field, position, above.position);
    const own = steps.findLast(({ does }) => does === "substitutes");
    const here = steps.length === 0 ? above : { position, substitution: own?.at ?? above.substitution };
    const place = bare(position);
    switch (node.kind) {
      case "map": {
        const entries = changed(node.entries, (entry) => visitEntry(entry, field, here));
        return entries === node.entries && place === position ? node : { kind: "map", entries, position: place };
      }
      case "list": {
        const items = changed(node.items, (item, index) => visit(item, memberAt(field, index, item), here));
        return items === node.items && place === position ? node : { kind: "list", items, position: place };
      }
      case "scalar":
        if (traceOf(position)?.sealed === true && !field.secret) {
          reportShown(field, here.substitution ?? position);
          if (field.shape.isExact === true) return { ...node, value: null, text: "", position: place };
        }
        return place === position ? node : { ...node, position: place };
    }
  }

  function visitEntry(entry: YamlEntry, field: ItemField, above: Above): YamlEntry {
    const { key, keyPosition, value } = entry;
    const below = visit(value, partAt(field, key), above);
    const keyAt = bare(keyPosition);
    if (below === value && keyAt === keyPosition && keyAt.uri === below.position.uri) return entry;
    // A value and its key have one file between them; where they don't, the value's place stands for both.
    return { key, keyPosition: keyAt.uri === below.position.uri ? keyAt : below.position, value: below };
  }

  /** A place that names a file only where it isn't the document's own, and nothing else that was noted. */
  function bare(position: SourcePosition): SourcePosition {
    const { line, column, uri: file } = position;
    if (file === undefined && traceOf(position) === undefined) return position;
    return file === undefined || file === uri ? { line, column } : { line, column, uri: file };
  }

  function note(at: ItemField, position: SourcePosition, above: SourcePosition | undefined): void {
    const steps = stepsOf(position);
    if (steps.length === 0 || conversions.length >= MOST_CONVERSIONS) return;
    if (above !== undefined && stepsOf(above) === steps) return;
    const field = pathOf(at);
    if (field === "") return;
    for (const { message, at } of steps) {
      if (conversions.length >= MOST_CONVERSIONS) return;
      conversions.push({ field, message, location: { uri: at.uri ?? uri, line: at.line, column: at.column } });
    }
  }

  /** Where the value would have to be of a certain form it is left out, so that no finding about its form repeats it. */
  function reportShown(at: ItemField, place: SourcePosition): void {
    const field = pathOf(at);
    const isExact = at.shape.isExact === true;
    problems.add({
      rule: "secret-shown",
      severity: isExact ? "error" : "warning",
      message: isExact
        ? `found a secret substituted into ${field}, which can't hold one; it is left out`
        : `found a secret substituted into ${field}, which is shown to everybody`,
      hint: "put it in a field for secrets, such as oob.credential",
      at: place,
      kind,
      name,
      field,
    });
  }
}

/** A list with each of its members changed; the same list where none is. */
function changed<T>(members: readonly T[], change: (member: T, index: number) => T): readonly T[] {
  let result: T[] | undefined;
  for (const [index, member] of members.entries()) {
    const next = change(member, index);
    if (next === member && result === undefined) continue;
    result ??= members.slice(0, index);
    result.push(next);
  }
  return result ?? members;
}
