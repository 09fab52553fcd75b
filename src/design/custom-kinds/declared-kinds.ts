import type { Composition } from "../compose.ts";
import { compose } from "../compose.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import type { ItemFinisher } from "../finish-items.ts";
import { kindFromJsonSchema } from "../kind-from-json-schema.ts";
import type { KindSchema } from "../kind-schema.ts";
import type { Layer } from "../layer.ts";
import { locateValue } from "../locate.ts";
import type { ResolvedItem, Resolver } from "../resolve.ts";
import type { SchemaProblem } from "./schema-problem.ts";

/** The kind of the items that declare kinds. */
export const KIND_OF_KINDS = "CustomKind";

const KIND_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/;
const MOST_KINDS = 1000;

/** The kinds a design declares. */
export interface DeclaredKinds {
  /** The built-in kinds, and those of the design. */
  readonly kinds: ReadonlyMap<string, KindSchema>;
  /** Kinds that are declared in a way that can't be used, which is reported: of their items nothing can be told. */
  readonly unusable: ReadonlySet<string>;
}

/** What is needed to evaluate the items that declare kinds, before all others. */
export interface KindsInput {
  readonly documents: readonly { readonly layer: string; readonly document: Document }[];
  readonly layers: readonly Layer[];
  readonly builtIn: ReadonlyMap<string, KindSchema>;
  run(composed: Composition): Resolver & ItemFinisher;
}

/** Compiles the kinds that documents of kind CustomKind declare. What is wrong with the documents themselves is reported when they are evaluated as items. */
export function declaredKinds(input: KindsInput, report: (diagnostic: Diagnostic) => void): DeclaredKinds {
  const documents = input.documents.filter(({ document }) => document.kind === KIND_OF_KINDS);
  if (documents.length === 0) return { kinds: input.builtIn, unusable: new Set() };
  const composed = compose(documents, input.layers, input.builtIn, () => {});
  const names = [...(composed.declaredNames.get(KIND_OF_KINDS) ?? [])];
  const all = new Set([...input.builtIn.keys(), ...names]);
  const kinds = new Map(input.builtIn);
  const run = input.run(composed);
  for (const key of composed.items.keys()) {
    const item = run.resolve(key);
    if (item === undefined || !item.whole) continue;
    const { name } = item.key;
    const problem =
      kinds.size - input.builtIn.size >= MOST_KINDS ? tooMany : KIND_NAME.test(name) ? undefined : noKind(name);
    if (problem !== undefined) {
      report(toDiagnostic(problem, item));
      continue;
    }
    const schema = kindFromJsonSchema({ kind: name, tree: run.finish(item).tree, kinds: all }, (each) =>
      report(toDiagnostic(each, item)),
    );
    if (schema !== undefined) kinds.set(name, schema);
  }
  return { kinds, unusable: new Set(names.filter((name) => !kinds.has(name))) };
}

const tooMany: SchemaProblem = {
  severity: "error",
  field: "",
  message: `found more than ${MOST_KINDS} custom kinds, expected at most that`,
  hint: "bring kinds alike together",
};

function noKind(name: string): SchemaProblem {
  return {
    severity: "error",
    field: "",
    message: `found ${JSON.stringify(name)} as the name of a kind, expected one with a dot, such as "Firewall.acme.example"`,
    hint: "add the domain of who made it",
  };
}

function toDiagnostic({ severity, field, message, hint }: SchemaProblem, item: ResolvedItem): Diagnostic {
  const location = locateValue(item, field);
  return {
    rule: "custom-kind-schema",
    ...{ severity, message, hint },
    ...item.key,
    ...(field !== "" && { field }),
    ...(location && { location }),
    related: [],
  };
}
