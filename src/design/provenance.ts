import { childOf } from "./child-of.ts";
import { type ComputedOrigins, computedAround } from "./computed-origins.ts";
import type { Declared, Origin } from "./declared.ts";
import type { SourceLocation } from "./diagnostic.ts";
import type { Conversion, Document } from "./document.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import type { FieldShape } from "./kind-schema.ts";
import { placeOf } from "./place.ts";
import type { ResolvedItem } from "./resolve.ts";
import type { SourceNode } from "./source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/**
 * Where a value of an effective item and each of its parts come from, in the shape of the value itself: `fields` for a record or map, `items` for a list.
 * A declared value has `origin` and `from`; a default or computed one has `rule` ("default", "computed-fqdn", ...); one computed from a text that somebody
 * wrote has all three. Of a record and of a list, which several may have contributed to, it is who did so last.
 */
export interface Provenance {
  /** Canonical field path; empty for the item itself. */
  readonly path: string;
  /** The effective value. Secrets are in it: hide those of which `secret` is true wherever it is shown. */
  readonly value: Tree;
  readonly secret: boolean;
  readonly origin?: Origin;
  readonly from?: SourceLocation;
  readonly rule?: string;
  /** What was done on the way from what was written to the value, in order. */
  readonly steps: readonly Conversion[];
  readonly fields?: ReadonlyMap<string, Provenance>;
  readonly items?: readonly Provenance[];
}

/** What is known of a value before its own declaration is looked at. */
interface Place {
  readonly path: string;
  readonly value: Tree;
  readonly shape: FieldShape;
  readonly secret: boolean;
  /** What the value is where nobody set it. */
  readonly preset?: Tree;
  /** The values around it, outermost first. */
  readonly around: readonly string[];
}

/**
 * The provenance of every value of an effective item, in one walk of its tree beside its merged declarations. `computed` has the values that were
 * computed.
 */
export function traceProvenance(item: ResolvedItem, tree: TreeMap, computed: ComputedOrigins): Provenance {
  const stepsOf = stepFinder();
  const root = {
    ...{ path: "", value: tree, secret: false, around: [] },
    shape: { type: "message", message: item.schema.message },
  } as const;
  return declared(root, item.body);

  function declared(at: Place, by: Declared): Provenance {
    if (by.type === "tree") return written(at, by.origin, by.at);
    const base = { ...common(at), origin: by.origin, from: placeOf(by), steps: stepsOf(by.origin.document, at) };
    if (by.type === "scalar" || by.type === "removal") {
      if (by.type === "scalar" && by.value === at.value) return base;
      const origin = computed.get(at.path);
      return { ...base, rule: origin?.rule ?? "computed", steps: [...base.steps, ...(origin?.steps ?? [])] };
    }
    return withParts(base, at, (part, step) => {
      const own = childOf(by, step);
      return own === undefined ? undeclared(part) : declared(part, own);
    });
  }

  /** A part of a value that is kept as written. */
  function written(at: Place, origin: Origin, place: SourceNode): Provenance {
    const base = { ...common(at), origin, from: placeOf({ origin, at: place }), steps: stepsOf(origin.document, at) };
    return withParts(base, at, (part, step) =>
      written(part, origin, (typeof step === "number" ? place.items?.[step] : place.fields?.[step]) ?? place),
    );
  }

  function undeclared(at: Place): Provenance {
    if (at.preset !== undefined && at.value === at.preset) return ruled(at, "default", []);
    const { rule = "computed", steps = [] } = computedAround(computed, at.path) ?? {};
    return ruled(at, rule, steps);
  }

  function ruled(at: Place, rule: string, steps: readonly Conversion[]): Provenance {
    const own = steps.map((step) => ({ ...step, field: at.path }));
    return withParts({ ...common(at), rule, steps: own }, at, (part) => ruled(part, rule, steps));
  }
}

function common({ path, value, secret }: Place): Pick<Provenance, "path" | "value" | "secret"> {
  return { path, value, secret };
}

/** Adds what `trace` says of each part of a value. */
function withParts(base: Provenance, at: Place, trace: (part: Place, step: string | number) => Provenance): Provenance {
  const { value, shape } = at;
  const around = at.path === "" ? at.around : [...at.around, at.path];
  const secret = at.secret;
  if (Array.isArray(value)) {
    const items = value.map((member: Tree, index) => {
      const { path, step, shape: own } = memberOf(at, member, index);
      return trace({ path, value: member, shape: own, secret, around }, step);
    });
    return { ...base, items };
  }
  if (!isTreeMap(value)) return base;
  const fields = new Map<string, Provenance>();
  for (const key of Object.keys(value)) {
    const field = shape.type === "message" ? shape.message.fields.get(key) : undefined;
    const part = {
      ...{ value: value[key] ?? null, around, secret: secret || field?.secret === true },
      path: shape.type === "map" ? keyPath(at.path, key) : fieldPath(at.path, key),
      shape: field?.shape ?? (shape.type === "map" ? ({ type: "scalar", scalar: shape.value } as const) : anything),
      ...(field?.effectiveDefault !== undefined && { preset: field.effectiveDefault }),
    };
    fields.set(key, trace(part, key));
  }
  return { ...base, fields };
}

const anything: FieldShape = { type: "any" };

/** How a member of a list is addressed, and what it is. */
function memberOf(
  { path, shape }: Place,
  member: Tree,
  index: number,
): { readonly path: string; readonly step: string | number; readonly shape: FieldShape } {
  switch (shape.type) {
    case "strings":
      return {
        path: keyPath(path, String(member)),
        step: String(member),
        shape: { type: "scalar", scalar: shape.item },
      };
    case "keyed": {
      const key = isTreeMap(member) ? String(member[shape.key]) : "";
      return { path: keyPath(path, key), step: key, shape: { type: "message", message: shape.message } };
    }
    case "list":
      return { path: indexPath(path, index), step: index, shape: { type: "message", message: shape.message } };
    default:
      return { path: indexPath(path, index), step: index, shape: anything };
  }
}

/** Finds what a document records as done to a value and to what it stands in; each document's conversions are brought in order once. */
function stepFinder(): (document: Document, at: Place) => readonly Conversion[] {
  const known = new Map<Document, ReadonlyMap<string, readonly number[]>>();
  return (document, { path, around }) => {
    const { conversions } = document;
    if (conversions.length === 0) return conversions;
    let byField = known.get(document);
    if (byField === undefined) {
      byField = Map.groupBy(conversions.keys(), (index) => conversions[index]?.field ?? "");
      known.set(document, byField);
    }
    const found = [...around, path].flatMap((each) => byField.get(each) ?? []);
    return found.sort((a, b) => a - b).flatMap((index) => conversions[index] ?? []);
  };
}
