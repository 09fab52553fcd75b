import { suggest } from "../text/suggest.ts";
import { childOf } from "./child-of.ts";
import type { Declared, DeclaredMessage, DeclaredScalar } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import type { FieldSchema, MessageSchema } from "./kind-schema.ts";
import { markedFields } from "./marked-fields.ts";
import { findingAt, placeOf } from "./place.ts";
import type { ResolvedItem } from "./resolve.ts";

/** What the check of references knows about the design. */
export interface KnownItems {
  exists(kind: string, name: string): boolean;
  /** Names to suggest from. */
  names(kind: string): Iterable<string>;
  /** Whether the documents may be a part of the design only, so that a kind of which there is nothing may be in another part. */
  readonly partial: boolean;
  /** Whether items of the kind may have been lost where a source broke off. */
  mayBeLost(kind: string): boolean;
}

/** Looks at one value of a field that may name an item. */
type Check = (scalar: DeclaredScalar, field: FieldSchema, trail: readonly (string | number)[], path: string) => void;

/** Suggestions are looked for so many times; a design with more bad references than that has one mistake, not many. */
const MOST_SUGGESTIONS = 200;

/**
 * A check that reports every value of an item that names an item which doesn't exist, at the line of the value. Each is reported where it was written and
 * where it is in force: not for the items that inherit it, nor when another layer overrides it. A warning where a part of the design may be missing.
 */
export function referenceCheck(
  known: KnownItems,
  report: (diagnostic: Diagnostic) => void,
): (item: ResolvedItem) => void {
  const onTheWay = markedFields((field) => referredKind(field) !== undefined);
  const suggestions = new Map<string, string | undefined>();

  function suggestionFor(kind: string, name: string): string | undefined {
    const key = `${kind}/${name}`;
    if (!suggestions.has(key) && suggestions.size < MOST_SUGGESTIONS) {
      suggestions.set(key, suggest(name, known.names(kind)));
    }
    return suggestions.get(key);
  }

  return (item) => {
    const check: Check = (scalar, field, trail, path) => {
      const name = String(scalar.value);
      const kind = referredKind(field);
      if (kind === undefined || known.exists(kind, name) || known.mayBeLost(kind)) return;
      const inForce = trail.reduce<Declared | undefined>(childOf, item.body);
      if (inForce !== scalar) return;
      const near = suggestionFor(kind, name);
      const elsewhere = known.partial && [...known.names(kind)].length === 0;
      report(
        findingAt(scalar.origin, placeOf(scalar), {
          rule: "unknown-reference",
          severity: elsewhere || field.optionalReference === true ? "warning" : "error",
          message: `${kindWords(kind)} ${JSON.stringify(name)} doesn't exist`,
          hint: near === undefined ? hintFor(kind, name, elsewhere) : `did you mean "${near}"?`,
          field: path,
        }),
      );
    };
    for (const raw of item.raws) visit(raw.body, item.schema.message, [], "", check);
  };

  function visit(
    message: DeclaredMessage,
    schema: MessageSchema,
    trail: readonly (string | number)[],
    path: string,
    check: Check,
  ): void {
    for (const field of onTheWay.of(schema)) {
      const declared = message.fields[field.name];
      if (declared === undefined || declared.type === "removal") continue;
      const here = [...trail, field.name];
      const ownPath = fieldPath(path, field.name);
      if (declared.type === "scalar") {
        check(declared, field, here, ownPath);
      } else if (declared.type === "message") {
        if (field.shape.type === "message") visit(declared, field.shape.message, here, ownPath, check);
      } else if (declared.type === "list") {
        for (const [index, each] of declared.items.entries()) {
          if (field.shape.type === "list")
            visit(each, field.shape.message, [...here, index], indexPath(ownPath, index), check);
        }
      } else if (declared.type === "group") {
        for (const [key, member] of declared.members) {
          if (member.type === "message") {
            if (field.shape.type === "keyed")
              visit(member, field.shape.message, [...here, key], keyPath(ownPath, key), check);
          } else check(member, field, [...here, key], keyPath(ownPath, key));
        }
      }
    }
  }
}

function hintFor(kind: string, name: string, elsewhere: boolean): string {
  if (elsewhere) return `no ${kindWords(kind)} is among these documents: give the file that declares them too`;
  return `declare ${kind} ${JSON.stringify(name)}, or correct the name`;
}

function referredKind(field: FieldSchema): string | undefined {
  return field.references ?? field.parent;
}

/** "host profile" for "HostProfile"; a custom kind by its name. */
function kindWords(kind: string): string {
  if (kind.includes(".")) return kind;
  return kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}
