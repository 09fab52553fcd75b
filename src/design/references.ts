import { suggest } from "../text/suggest.ts";
import { childOf } from "./child-of.ts";
import type { Declared, DeclaredMessage, DeclaredRemoval, DeclaredScalar, DeclaredTree } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { formatFieldPath, type PathStep } from "./field-path.ts";
import { referredKind } from "./item-references.ts";
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

/** A step on the way to a value, and the one before it: trail and path are made of it where something is found, which is seldom. */
interface Way {
  readonly before: Way | undefined;
  readonly step: PathStep;
}

/** Looks at one value of a field that may name an item. */
type Check = (scalar: DeclaredScalar, field: FieldSchema, before: Way | undefined, step: PathStep) => void;

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
    // Asked of every item, so that each is known to depend on the names there are.
    const names = known.names(kind);
    if (!suggestions.has(key) && suggestions.size < MOST_SUGGESTIONS) suggestions.set(key, suggest(name, names));
    return suggestions.get(key);
  }

  return (item) => {
    const check: Check = (scalar, field, before, step) => {
      const name = String(scalar.value);
      const kind = referredKind(field);
      if (kind === undefined || known.exists(kind, name) || known.mayBeLost(kind)) return;
      const steps = stepsOf({ before, step });
      const inForce = steps.map(trailStep).reduce<Declared | undefined>(childOf, item.body);
      if (inForce !== scalar) return;
      const near = suggestionFor(kind, name);
      const elsewhere = known.partial && isEmpty(known.names(kind));
      report(
        findingAt(scalar.origin, placeOf(scalar), {
          rule: "unknown-reference",
          severity: elsewhere || field.optionalReference === true ? "warning" : "error",
          message: `${kindWords(kind)} ${JSON.stringify(name)} doesn't exist`,
          hint: near === undefined ? hintFor(kind, name, elsewhere) : `did you mean "${near}"?`,
          field: formatFieldPath(steps),
        }),
      );
    };
    for (const raw of item.raws) visit(raw.body, item.schema.message, undefined, check);
  };

  function visit(message: DeclaredMessage, schema: MessageSchema, before: Way | undefined, check: Check): void {
    for (const field of onTheWay.of(schema)) {
      const declared = message.fields[field.name];
      if (declared === undefined || declared.type === "removal") continue;
      const step: PathStep = { type: "field", name: field.name };
      if (declared.type === "scalar") check(declared, field, before, step);
      else if (declared.type !== "tree") visitParts(declared, field, { before, step }, check);
    }
  }

  function visitParts(
    declared: Exclude<Declared, DeclaredScalar | DeclaredTree | DeclaredRemoval>,
    field: FieldSchema,
    here: Way,
    check: Check,
  ): void {
    const { shape } = field;
    if (declared.type === "message") {
      if (shape.type === "message") visit(declared, shape.message, here, check);
    } else if (declared.type === "list") {
      if (shape.type !== "list") return;
      for (const [index, each] of declared.items.entries())
        visit(each, shape.message, { before: here, step: { type: "index", index } }, check);
    } else {
      for (const [key, member] of declared.members) {
        const step: PathStep = { type: "key", key };
        if (member.type !== "message") check(member, field, here, step);
        else if (shape.type === "keyed") visit(member, shape.message, { before: here, step }, check);
      }
    }
  }
}

function stepsOf(way: Way): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at: Way | undefined = way; at !== undefined; at = at.before) steps.unshift(at.step);
  return steps;
}

function trailStep(step: PathStep): string | number {
  if (step.type === "index") return step.index;
  return step.type === "key" ? step.key : step.name;
}

function isEmpty(names: Iterable<string>): boolean {
  for (const _ of names) return false;
  return true;
}

function hintFor(kind: string, name: string, elsewhere: boolean): string {
  if (elsewhere) return `no ${kindWords(kind)} is among these documents: give the file that declares them too`;
  return `declare ${kind} ${JSON.stringify(name)}, or correct the name`;
}

/** "host profile" for "HostProfile"; a custom kind by its name. */
function kindWords(kind: string): string {
  if (kind.includes(".")) return kind;
  return kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}
