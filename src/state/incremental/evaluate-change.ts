import type { Db } from "../../db/database.ts";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { createSlice, type SliceItem } from "../../design/evaluate-slice.ts";
import type { SingleFinding } from "../../design/single-finding.ts";
import { createSurroundings } from "../../design/surroundings.ts";
import {
  type CheckedGroups,
  type CheckedItems,
  type ValidationSlice,
  validateSlice,
} from "../../validate/validate-slice.ts";
import { designKinds } from "../store/design-kinds.ts";
import type { DesignRow } from "../store/designs.ts";
import { createAnswerer, type StoredItem, untilAnswered } from "./answer-questions.ts";
import type { ChangeOfDocuments } from "./change-of-documents.ts";
import { findAffected } from "./find-affected.ts";
import type { GroupKey } from "./find-dependents.ts";
import { type FactChanges, factChanges, groupsToCheck } from "./groups-to-check.ts";
import { type HeadFacts, mattersToOthers } from "./head-facts.ts";
import { lossesAfter } from "./losses.ts";
import { NeedsWhole } from "./needs-whole.ts";
import { reasonOfChange, reasonOfFindings } from "./reason-for-whole.ts";

/** What a change makes of a design, told by what it touches and what depends on that. */
export interface EvaluatedChange {
  /** The items that were evaluated, those nobody declares any more among them. */
  readonly items: ReadonlyMap<string, SliceItem>;
  /** What the head had in their place; undefined where it had nothing. */
  readonly earlier: ReadonlyMap<string, StoredItem | undefined>;
  /** Digests of the trees of the items that somebody declares, by key. */
  readonly digests: ReadonlyMap<string, string>;
  readonly checked: CheckedItems;
  readonly facts: FactChanges;
  /** The keys of group rules that were checked again. */
  readonly groupKeys: readonly GroupKey[];
  readonly groups: CheckedGroups;
  /** Every finding of the items and keys. */
  readonly findings: readonly SingleFinding[];
  readonly documentsRead: number;
}

/** Keys of group rules that are better checked with the whole. */
const MOST_GROUPS = 100_000;

/**
 * Evaluates what a change touches and what depends on it: the same, for those items and keys, as evaluating the whole design. The transaction holds the design,
 * and traces of its head are there. Gives the reason, in words, when only an evaluation of the whole can tell.
 */
export async function evaluateChange(
  tx: Db,
  head: DesignRow,
  facts: HeadFacts,
  change: ChangeOfDocuments,
): Promise<EvaluatedChange | string> {
  const reason = reasonOfChange(change);
  if (reason !== undefined) return reason;
  try {
    return await evaluate(tx, head, facts, change);
  } catch (error) {
    if (error instanceof NeedsWhole) return error.message;
    throw error;
  }
}

async function evaluate(
  tx: Db,
  head: DesignRow,
  known: HeadFacts,
  change: ChangeOfDocuments,
): Promise<EvaluatedChange> {
  const design = head.name;
  const losses = lossesAfter(known, change);
  if (losses === undefined) throw new NeedsWhole("too much of the design is lost or wrong");
  const kinds = known.hasCustomKinds ? await designKinds(tx, head, head.revision) : builtInKinds();
  const unknown = change.opened.find(({ document }) => !kinds.has(document.kind));
  if (unknown !== undefined) throw new NeedsWhole(`nobody declares kind ${unknown.document.kind}`);
  const layers = change.layers ?? [];
  const surroundings = createSurroundings();
  if (!known.hasRules) surroundings.answers.members.set("Rule", []);
  const answerer = createAnswerer(tx, design, change);
  const earlier = new Map<string, StoredItem | undefined>();
  const keyOfFinding = ({ kind, name }: { kind?: string; name?: string }) => `${kind}/${name}`;
  const isError = ({ severity }: { severity: string }) => severity === "error";
  const ofConsumers = new Set(losses.consumers.filter(isError).map(keyOfFinding));
  const ofEngine = new Set(losses.engine.filter(mattersToOthers).filter(isError).map(keyOfFinding));
  const slice = createSlice({
    ...{ layers, kinds, surroundings, siteName: known.siteName },
    isFaulty: (key) => ofConsumers.has(key) || (!earlier.has(key) && ofEngine.has(key)),
  });
  const { changed, moved, digests } = await findAffected(tx, design, change, {
    ...{ slice, surroundings, answerer, earlier },
    otherwiseThere: known.otherwiseThere,
  });

  // What the engine found about the slice's own items was found anew.
  const elsewhere = losses.engine.filter((each) => !earlier.has(keyOfFinding(each)));
  const world = {
    ...{ slice, surroundings, kinds, layers, restIsWhole: known.allWhole },
    losses: [...elsewhere, ...losses.consumers],
  };
  const settle = async <Result>(run: (validation: ValidationSlice) => Result): Promise<Result> => {
    const { validation, result } = await untilAnswered(surroundings, answerer, () => {
      const rules = (surroundings.ask("members", "Rule") ?? []).map(({ item }) => item);
      const made = validateSlice(world, rules);
      return { validation: made, result: run(made) };
    });
    if (validation.needsWhole()) throw new NeedsWhole("a rule looks at all items, and something of them is lost");
    return result;
  };
  const violations = await untilAnswered(surroundings, answerer, () => slice.violations());
  const checked = await settle((validation) => validation.checkItems());
  const facts = await factChanges(tx, design, [...earlier.keys()], checked.facts);
  const search = { facts, changed: [...changed], moved, items: slice.items };
  const groups = await groupsToCheck(tx, design, search);
  if (groups.length > MOST_GROUPS) throw new NeedsWhole("the change touches most of the design");
  const checkedGroups = await settle((validation) => validation.checkGroups(groups.map(({ group }) => group)));

  const own = [...slice.items.values()].flatMap((each) => each.findings);
  const findings = [...own, ...violations, ...checked.findings, ...checkedGroups.findings];
  const reason = reasonOfFindings([...findings.map(({ diagnostic }) => diagnostic), ...elsewhere]);
  if (reason !== undefined) throw new NeedsWhole(reason);
  return {
    items: slice.items,
    ...{ earlier, digests, checked, facts, findings },
    groupKeys: groups.map(({ key }) => key),
    groups: checkedGroups,
    documentsRead: answerer.documentsRead() + change.opened.length,
  };
}
