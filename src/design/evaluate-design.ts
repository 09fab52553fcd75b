import { suggest } from "../text/suggest.ts";
import { boundedReport } from "./bounded-report.ts";
import { builtInKinds } from "./built-in-kinds.ts";
import { type Composition, compose, readDeclarations } from "./compose.ts";
import type { RouteDomainMember } from "./compute/computation.ts";
import { type ComputedOrigins, causeOf, computedOrigins } from "./computed-origins.ts";
import { declaredKinds, KIND_OF_KINDS } from "./custom-kinds/declared-kinds.ts";
import { itemChecker } from "./custom-kinds/item-checker.ts";
import type { Origin } from "./declared.ts";
import type { Diagnostic, SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import type { EffectiveItem } from "./effective-item.ts";
import { explainValue } from "./explain.ts";
import { type Explanation, UnknownPathError } from "./explanation.ts";
import { type ItemFinisher, itemFinisher } from "./finish-items.ts";
import { formationCheck } from "./formation.ts";
import type { KindSchema } from "./kind-schema.ts";
import type { Layer } from "./layer.ts";
import { declaredLayers, layersWithDeclared } from "./layers/declared-layers.ts";
import { layerFindings } from "./layers/layer-findings.ts";
import { legible } from "./legible.ts";
import { locateValue, originOf, writtenAt } from "./locate.ts";
import { type LostParts, lostParts } from "./lost-parts.ts";
import { type Provenance, traceProvenance } from "./provenance.ts";
import { childrenInput, namesInput } from "./pseudo-inputs.ts";
import type { RawItem } from "./raw-item.ts";
import { referenceCheck } from "./references.ts";
import { createResolver, type ResolvedItem, type Resolver } from "./resolve.ts";
import { itemUnit, mergeFindings, type SingleFinding } from "./single-finding.ts";
import { siteCountFindings } from "./site-count.ts";
import { sortDiagnostics } from "./sort-diagnostics.ts";
import { sparingUnusedProfiles } from "./unused-profiles.ts";

/** A document and the name of the layer it belongs to. */
export interface LayeredDocument {
  readonly layer: string;
  readonly document: Document;
}

/** What a design is evaluated from. */
export interface EvaluationInput {
  readonly documents: readonly LayeredDocument[];
  /** Layers set otherwise than by documents; any other is as documents of kind Layer declare it, or else as `suggestedLayer` has it. */
  readonly layers: readonly Layer[];
  /** What consumers found, repeated in the result; also tells which parts of a source could not be read. */
  readonly diagnostics?: readonly Diagnostic[];
  /** Kinds of items beside those the documents declare; the built-in ones when absent. */
  readonly kinds?: ReadonlyMap<string, KindSchema>;
  /** Items that exist though their documents are not given: they may be referred to. */
  readonly exists?: (kind: string, name: string) => boolean;
  /** Tell what was looked at and every single finding, for evaluating a change by what it touches. */
  readonly traced?: boolean;
  /** The documents are a whole design: a missing Site, or a reference to a kind of which there is nothing, is an error and not a warning. */
  readonly complete?: boolean;
}

/** What an evaluation did, for those who watch its cost. */
export interface EvaluationCounters {
  readonly documentsRead: number;
  readonly itemsResolved: number;
}

/** What the evaluation of items looked at and found, item by item: what `evaluateSlice` tells of the items of a slice. */
export interface EvaluationTrace {
  /** What was looked at beside the inputs of an item ("Kind/name"), by item; absent for nothing. */
  readonly looks: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every finding about an item; those about the design as a whole are not among them. */
  readonly findings: readonly SingleFinding[];
}

/** A design composed and resolved. Items are keyed by "Kind/name", in the order of kind and name. */
export interface Evaluation {
  readonly items: ReadonlyMap<string, EffectiveItem>;
  /** Consumers' and the engine's own findings, by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** All kinds: those given, and those the documents declare. */
  readonly kinds: ReadonlyMap<string, KindSchema>;
  readonly counters: EvaluationCounters;
  /** What each layer declared about an item, lowest rank first; empty when nobody did. */
  raw(kind: string, name: string): readonly RawItem[];
  /** The items an item inherits from ("Kind/name"), nearest first; stops at one that doesn't exist. */
  ancestors(kind: string, name: string): readonly string[];
  /**
   * False when a document of the item or of an ancestor broke off or may be lost with a part of a source: nothing follows from what the item lacks, nor, of
   * an item nobody declared, from that.
   */
  isWhole(kind: string, name: string): boolean;
  /**
   * Where a value of an effective item was written; for what was not written the nearest thing around it, at last the document. Undefined only for an item
   * nobody declared. Never throws.
   */
  locate(kind: string, name: string, path?: string): SourceLocation | undefined;
  /** Who supplied a value, or the nearest thing around it. Undefined only for an item nobody declared. Never throws. */
  origin(kind: string, name: string, path?: string): Origin | undefined;
  /** The layers of the design, those that documents stand in and nobody declared included, by rank. */
  readonly layers: readonly Layer[];
  /** Tells where an effective value comes from. Throws `FieldPathError` for a malformed path, `UnknownPathError` where there is no value. */
  explain(kind: string, name: string, path: string): Explanation;
  /** What was looked at; undefined unless it was asked for. */
  readonly trace?: EvaluationTrace;
  /** Tells where every value of an item comes from. Throws `UnknownPathError` for an item that doesn't exist. */
  provenance(kind: string, name: string): Provenance;
}

/** Composes and resolves a design. Pure; never throws for what documents say: everything wrong is a diagnostic. */
export function evaluateDesign(input: EvaluationInput): Evaluation {
  const found: Diagnostic[] = [...(input.diagnostics ?? [])];
  const single: SingleFinding[] = [];
  const looks = new Map<string, Set<string>>();
  const lookedAt = (key: string, input: string) => looks.set(key, (looks.get(key) ?? new Set()).add(input));
  let now: string | undefined;
  const report = boundedReport((diagnostic) => {
    found.push(diagnostic);
    if (now !== undefined) single.push(singleFinding(diagnostic));
  });
  const lost = lostParts(input.documents, input.diagnostics ?? []);
  const builtIn = input.kinds ?? builtInKinds();
  const declared = declaredLayers(input.documents, input.layers, builtIn);
  const layers = layersWithDeclared(input.layers, declared);
  const { kinds, unusable } = declaredKinds(
    {
      ...{ documents: input.documents, layers, builtIn },
      run: (kindItems) => createRun(kindItems, builtIn, undefined, lost, () => {}),
    },
    report,
  );
  const mayBeDeclared = (kind: string) => {
    const [ownName = ""] = kind.split(".", 1);
    return unusable.has(kind) || unusable.has(ownName) || (kind.includes(".") && lost.mayLose(KIND_OF_KINDS));
  };
  const composed = compose(input.documents, layers, kinds, report, mayBeDeclared);
  const { documents, layers: given } = input;
  for (const each of layerFindings({ documents, given, declared, kinds, mayBeDeclared })) found.push(each);
  const exists = (kind: string, name: string) => {
    if (now !== undefined) lookedAt(now, `${kind}/${name}`);
    return composed.declaredNames.get(kind)?.has(name) === true || input.exists?.(kind, name) === true;
  };
  const names = (kind: string) => {
    if (now !== undefined) lookedAt(now, namesInput(kind));
    return composed.declaredNames.get(kind) ?? [];
  };
  const checkReferences = referenceCheck(
    { exists, names, partial: input.complete !== true, mayBeLost: lost.mayLose },
    report,
  );
  const checkFormation = formationCheck(report);
  const siteName = firstSite(composed.items);

  const items = new Map<string, EffectiveItem>();
  const ancestors = new Map<string, readonly string[]>();
  const notWhole = new Set<string>();
  const run = createRun(composed, kinds, siteName, lost, report);
  const checker = itemChecker();
  for (const key of composed.items.keys()) {
    if (input.traced === true) now = key;
    const item = run.resolve(key);
    if (item === undefined) continue;
    const effective = run.finish(item);
    items.set(key, item.schema.jsonSchema === undefined ? effective : withKind(effective));
    checker.check(item, effective.tree);
    if (item.ancestors.length > 0) ancestors.set(key, item.ancestors);
    if (!item.whole) notWhole.add(key);
    checkReferences(item);
    for (const raw of item.raws) checkFormation(raw, item.schema);
  }
  now = undefined;
  const missingSite = lost.mayLose("Site") ? "ignore" : input.complete === true ? "error" : "warning";
  for (const each of siteCountFindings(composed.items, missingSite)) found.push(each);
  const mayLack = incompleteItems(ancestors, notWhole, found);
  const violations = checker.findings((key) => {
    if (input.traced === true) lookedAt(key, childrenInput(key));
    return mayLack(key);
  });
  for (const each of mergeFindings(violations)) found.push(each);

  // Declarations are let go once an item is done, and read again for those that are asked about, one at a time.
  const again = createRun(composed, kinds, siteName, lost, () => {});
  let last: ResolvedItem | undefined;
  const resolved = (kind: string, name: string) => {
    if (last?.key.kind !== kind || last.key.name !== name) last = again.resolve(`${kind}/${name}`);
    return last;
  };
  const writtenIn = (kind: string, name: string, path: string) => {
    const item = last?.key.kind === kind && last.key.name === name ? last : again.resolve(`${kind}/${name}`);
    return item && writtenAt(item, path);
  };
  const computedOf = (item: ResolvedItem) =>
    computedOrigins(item.key, again.computedOf(item), item.schema.message, writtenIn);
  const computedIn = (item: ResolvedItem, path: string) =>
    again.mayCompute(item, path) ? computedOf(item) : noneComputed;
  return {
    items,
    diagnostics: sortDiagnostics(sparingUnusedProfiles(found, composed.items, ancestors)),
    kinds,
    counters: { documentsRead: input.documents.length, itemsResolved: items.size },
    raw: (kind, name) => resolved(kind, name)?.raws ?? [],
    ancestors: (kind, name) => ancestors.get(`${kind}/${name}`) ?? [],
    isWhole: (kind, name) => (items.has(`${kind}/${name}`) ? !notWhole.has(`${kind}/${name}`) : !lost.mayLose(kind)),
    locate(kind, name, path = "") {
      const item = resolved(kind, name);
      return item && locateValue(item, causeOf(computedIn(item, path), path));
    },
    origin(kind, name, path = "") {
      const item = resolved(kind, name);
      return item && originOf(item, causeOf(computedIn(item, path), path));
    },
    layers: composed.layers,
    ...(input.traced === true && { trace: { looks, findings: [...single, ...violations] } }),
    explain(kind, name, path) {
      const item = resolved(kind, name);
      if (item === undefined) throw unknownItem(kind, name, items.keys());
      const inherited = [...item.ancestors].reverse().flatMap((key) => again.resolve(key)?.raws ?? []);
      return explainValue(
        {
          ...{ kind, name, schema: item.schema, tree: items.get(`${kind}/${name}`)?.tree ?? {} },
          raws: [...inherited, ...item.raws],
          computed: computedOf(item),
        },
        path,
      );
    },
    provenance(kind, name) {
      const item = resolved(kind, name);
      if (item === undefined) throw unknownItem(kind, name, items.keys());
      const tree = items.get(`${kind}/${name}`)?.tree ?? {};
      return traceProvenance(item, tree, computedOf(item));
    },
  };
}

const noneComputed: ComputedOrigins = new Map();

/** A resolver and a finisher over a composition, which remember only what other items are made from. */
export function createRun(
  composed: { readonly items: Pick<Composition["items"], "get" | "keys"> },
  kinds: ReadonlyMap<string, KindSchema>,
  siteName: string | undefined,
  lost: LostParts,
  report: (diagnostic: Diagnostic) => void,
  membersElsewhere?: (domain: string) => readonly RouteDomainMember[],
): Resolver & ItemFinisher {
  const read = (key: string) => {
    const declarations = composed.items.get(key);
    const schema = kinds.get(declarations?.[0]?.document.kind ?? "");
    return declarations && schema && readDeclarations(declarations, schema, report);
  };
  const keeps = (kind: string) => kinds.get(kind)?.parentField === undefined;
  const resolver = createResolver({ read, kinds, keeps, mayMiss: lost.mayMiss, report });
  const keys = composed.items.keys.bind(composed.items);
  return { ...resolver, ...itemFinisher(resolver.resolve, keys, siteName, membersElsewhere) };
}

/** A finding of the engine about an item, as the trace tells it. */
export function singleFinding(diagnostic: Diagnostic): SingleFinding {
  const key = `${diagnostic.kind}/${diagnostic.name}`;
  return { unit: itemUnit(key), subject: key, diagnostic: legible(diagnostic) };
}

/** An item of a custom kind is made from the declaration of its kind, too. */
export function withKind(item: EffectiveItem): EffectiveItem {
  return { ...item, inputs: [...item.inputs, `${KIND_OF_KINDS}/${item.kind}`] };
}

/** Tells the items from whose lacks nothing follows: others inherit from them, or something they say, or inherit, couldn't be read. */
function incompleteItems(
  ancestors: ReadonlyMap<string, readonly string[]>,
  notWhole: ReadonlySet<string>,
  found: readonly Diagnostic[],
): (key: string) => boolean {
  let known: { readonly parents: ReadonlySet<string>; readonly faulty: ReadonlySet<string> } | undefined;
  return (key) => {
    known ??= {
      parents: new Set([...ancestors.values()].flat()),
      faulty: new Set(found.filter(({ severity }) => severity === "error").map(({ kind, name }) => `${kind}/${name}`)),
    };
    const { parents, faulty } = known;
    return (
      parents.has(key) || notWhole.has(key) || [key, ...(ancestors.get(key) ?? [])].some((each) => faulty.has(each))
    );
  };
}

function firstSite(items: Composition["items"]): string | undefined {
  for (const [first] of items.values()) if (first?.document.kind === "Site") return first.document.name;
  return undefined;
}

function unknownItem(kind: string, name: string, keys: Iterable<string>): UnknownPathError {
  const key = `${kind}/${name}`;
  return new UnknownPathError(`${kind} "${name}" doesn't exist`, key, suggest(key, keys));
}
