import { compose } from "./compose.ts";
import { causeOf, computedOrigins } from "./computed-origins.ts";
import { itemChecker } from "./custom-kinds/item-checker.ts";
import type { Origin } from "./declared.ts";
import type { Diagnostic, SourceLocation } from "./diagnostic.ts";
import type { EffectiveItem } from "./effective-item.ts";
import { createRun, singleFinding, withKind } from "./evaluate-design.ts";
import { formationCheck } from "./formation.ts";
import type { KindSchema } from "./kind-schema.ts";
import type { Layer } from "./layer.ts";
import { locateValue, originOf, writtenAt } from "./locate.ts";
import { childrenInput, namesInput } from "./pseudo-inputs.ts";
import { referenceCheck } from "./references.ts";
import type { ResolvedItem } from "./resolve.ts";
import type { SingleFinding } from "./single-finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a slice of a design is evaluated with. Layers and kinds are those of the whole design, the item that is its Site too. */
export interface SliceInput {
  readonly layers: readonly Layer[];
  readonly kinds: ReadonlyMap<string, KindSchema>;
  readonly siteName: string | undefined;
  readonly surroundings: Surroundings;
  /** Whether an item outside of the slice has an error. */
  readonly isFaulty: (key: string) => boolean;
}

/** One item of a slice; without `effective` nobody declares it any more. */
export interface SliceItem {
  readonly key: string;
  readonly effective: EffectiveItem | undefined;
  readonly ancestors: readonly string[];
  readonly whole: boolean;
  readonly looks: ReadonlySet<string>;
  readonly findings: readonly SingleFinding[];
}

/** Items of a design that are evaluated apart from the rest. */
export interface Slice {
  /**
   * Evaluates items as `evaluateDesign` would in the whole design, those done before excepted. Tells whether all are done: where one isn't, the surroundings have
   * questions; answer them and call again.
   */
  evaluate(keys: Iterable<string>): boolean;
  /** The items that are done, by key. */
  readonly items: ReadonlyMap<string, SliceItem>;
  /** What items of custom kinds lack or have wrong, once all are done; asks like `evaluate`. */
  violations(): readonly SingleFinding[];
  /** Where a value was written, as `Evaluation.locate`; undefined as well while the documents are asked for. */
  locate(kind: string, name: string, path?: string): SourceLocation | undefined;
  /** Who supplied a value, as `Evaluation.origin`. */
  origin(kind: string, name: string, path?: string): Origin | undefined;
}

/** Items evaluated for nothing, in a round in which something has to be asked first. */
const MOST_IN_VAIN = 500;

/** A slice of a design in which nothing is lost, every kind is known and no inheritance goes in a circle. */
export function createSlice(input: SliceInput): Slice {
  const { kinds, surroundings } = input;
  const items = new Map<string, SliceItem>();
  const wanted = new Set<string>();
  const checker = itemChecker();
  let run = createRound(input, wanted, () => {});
  let looking: Set<string> = new Set();
  let found: Diagnostic[] = [];
  // What it remembers of names holds for one round only.
  const referenceChecker = () =>
    referenceCheck(
      {
        exists(kind, name) {
          looking.add(`${kind}/${name}`);
          return surroundings.ask("exists", `${kind}/${name}`) ?? true;
        },
        names(kind) {
          looking.add(namesInput(kind));
          return surroundings.ask("names", kind) ?? [];
        },
        partial: false,
        mayBeLost: () => false,
      },
      (diagnostic) => found.push(diagnostic),
    );
  let checkReferences = referenceChecker();
  const checkFormation = formationCheck((diagnostic) => found.push(diagnostic));

  function evaluateOne(key: string): SliceItem {
    const item = run.resolve(key);
    looking = new Set();
    if (item === undefined) {
      return { key, effective: undefined, ancestors: [], whole: true, looks: looking, findings: [] };
    }
    const finished = run.finish(item);
    const effective = item.schema.jsonSchema === undefined ? finished : withKind(finished);
    checkReferences(item);
    for (const raw of item.raws) checkFormation(raw, item.schema);
    return { key, effective, ancestors: item.ancestors, whole: item.whole, looks: looking, findings: [] };
  }

  function evaluate(keys: Iterable<string>): boolean {
    const open = [...keys].filter((key) => !items.has(key));
    for (const key of open) {
      wanted.add(key);
      surroundings.ask("documents", key);
    }
    if (surroundings.openCount() > 0) return false;
    if (open.length === 0) return true;
    found = [];
    run = createRound(input, wanted, (diagnostic) => found.push(diagnostic));
    checkReferences = referenceChecker();
    const done: SliceItem[] = [];
    let inVain = 0;
    for (const key of open) {
      const item = evaluateOne(key);
      if (surroundings.openCount() === 0) done.push(item);
      // What was resolved without its parent is remembered so: from here on nothing counts.
      else if (++inVain > MOST_IN_VAIN) break;
    }
    if (surroundings.openCount() > 0) return false;
    const findings = Map.groupBy(found.map(singleFinding), ({ subject }) => subject);
    for (const item of done) {
      items.set(item.key, { ...item, findings: findings.get(item.key) ?? [] });
      const resolved = item.effective?.kind.includes(".") === true ? run.resolve(item.key) : undefined;
      if (resolved !== undefined) checker.check(resolved, item.effective?.tree ?? {});
    }
    return true;
  }

  function violations(): readonly SingleFinding[] {
    const parents = new Set([...items.values()].flatMap(({ ancestors }) => ancestors));
    const hasError = (key: string) => {
      const own = items.get(key);
      return own === undefined
        ? input.isFaulty(key)
        : own.findings.some(({ diagnostic }) => diagnostic.severity === "error") || input.isFaulty(key);
    };
    return checker.findings((key) => {
      const item = items.get(key);
      (item?.looks as Set<string> | undefined)?.add(childrenInput(key));
      const others = surroundings.ask("children", key) ?? [];
      const isParent = parents.has(key) || others.some((other) => !items.has(other));
      return isParent || item?.whole === false || [key, ...(item?.ancestors ?? [])].some(hasError);
    });
  }

  let last: ResolvedItem | undefined;
  let lastRun = run;
  let lastDocuments = -1;
  function resolved(kind: string, name: string): ResolvedItem | undefined {
    const count = surroundings.answers.documents.size;
    if (lastDocuments !== count) {
      lastRun = createRound(input, wanted, () => {});
      lastDocuments = count;
      last = undefined;
    }
    if (last?.key.kind !== kind || last.key.name !== name) last = lastRun.resolve(`${kind}/${name}`);
    return last;
  }
  function causeAt(item: ResolvedItem, path: string): string {
    if (!lastRun.mayCompute(item, path)) return path;
    const written = (kind: string, name: string, at: string) => {
      const other = lastRun.resolve(`${kind}/${name}`);
      return other && writtenAt(other, at);
    };
    return causeOf(computedOrigins(item.key, lastRun.computedOf(item), item.schema.message, written), path);
  }

  return {
    evaluate,
    items,
    violations,
    locate(kind, name, path = "") {
      const item = resolved(kind, name);
      return item && locateValue(item, causeAt(item, path));
    },
    origin(kind, name, path = "") {
      const item = resolved(kind, name);
      return item && originOf(item, causeAt(item, path));
    },
  };

  function createRound(
    { layers, siteName }: SliceInput,
    slice: ReadonlySet<string>,
    report: (diagnostic: Diagnostic) => void,
  ) {
    const composed = compose([...surroundings.answers.documents.values()].flat(), layers, kinds, () => {});
    const networks = [...slice].filter((key) => key.startsWith("Network/")).sort();
    const declared = {
      get(key: string) {
        surroundings.ask("documents", key);
        return composed.items.get(key);
      },
      keys: () => networks[Symbol.iterator]() as MapIterator<string>,
    };
    const membersElsewhere = (domain: string) =>
      (surroundings.ask("domains", domain) ?? []).filter(({ network }) => !slice.has(`Network/${network}`));
    const nothingLost = { mayLose: () => false, mayMiss: () => false };
    return createRun({ items: declared }, kinds, siteName, nothingLost, report, membersElsewhere);
  }
}
