import type { Db } from "../../db/database.ts";
import type { Slice } from "../../design/evaluate-slice.ts";
import { itemKeyOf } from "../../design/item-key.ts";
import { membersInput, routeDomainOf, WHOLE_INPUT } from "../../design/pseudo-inputs.ts";
import type { Surroundings } from "../../design/surroundings.ts";
import { digestOf } from "../digest.ts";
import { type Answerer, type StoredItem, selectItems, untilAnswered } from "./answer-questions.ts";
import { type ChangeOfDocuments, keyOf } from "./change-of-documents.ts";
import { findDependents } from "./find-dependents.ts";
import { mattersToOthers } from "./head-facts.ts";
import { NeedsWhole } from "./needs-whole.ts";
import { looksOtherwise, pseudoChanges } from "./pseudo-changes.ts";

/** Rounds of finding what else depends: far more than any design takes. */
const MOST_ROUNDS = 100;
/** Items that are better evaluated with the whole. */
const MOST_ITEMS = 50_000;

/** The items a change affects, all evaluated, and what changed for those who look at them. */
export interface Affected {
  /** What the head had in their place, by key; undefined where it had nothing. */
  readonly earlier: ReadonlyMap<string, StoredItem | undefined>;
  /** Everything that changed: keys ("Kind/name") and pseudo-inputs. */
  readonly changed: ReadonlySet<string>;
  /** The items whose documents, or something they are made from, changed. */
  readonly moved: ReadonlySet<string>;
  /** Digests of the trees of the items that somebody declares, by key. */
  readonly digests: ReadonlyMap<string, string>;
}

/** What the search works with. `earlier` is filled on the way, so that the slice may ask what it holds. */
export interface AffectedSearch {
  readonly slice: Slice;
  readonly surroundings: Surroundings;
  readonly answerer: Answerer;
  readonly earlier: Map<string, StoredItem | undefined>;
  /** Kinds that have items beside those the change speaks of. */
  readonly otherwiseThere: ReadonlySet<string>;
}

/**
 * Evaluates the items a change touches, and everything that depends on them: at once what is made from them or looked at them; and what looked at an item
 * that came out otherwise. Throws NeedsWhole when that is most of the design.
 */
export async function findAffected(
  tx: Db,
  design: string,
  change: ChangeOfDocuments,
  { slice, surroundings, answerer, earlier, otherwiseThere }: AffectedSearch,
): Promise<Affected> {
  async function add(keys: readonly string[]): Promise<void> {
    const fresh = [...new Set(keys)].filter((key) => !earlier.has(key));
    if (earlier.size + fresh.length > MOST_ITEMS) throw new NeedsWhole("the change touches most of the design");
    if (fresh.length === 0) return;
    const stored = new Map<string, StoredItem>();
    for (const each of await selectItems(tx, design, fresh)) stored.set(`${each.item.kind}/${each.item.name}`, each);
    for (const key of fresh) {
      earlier.set(key, stored.get(key));
      surroundings.ask("documents", key);
    }
    for (const each of stored.values()) askAgain(surroundings, each);
    await answerer.answer(surroundings.takeOpen(), surroundings.answers);
  }

  let inputs: readonly string[] = touchedItems(change);
  // What lists the kind sees the change, too; asked at once, it takes no further round.
  let looks: readonly string[] = [
    ...inputs,
    ...new Set(inputs.map((key) => membersInput(itemKeyOf(key).kind))),
    ...(consumersLose(change) ? [WHOLE_INPUT] : []),
  ];
  const changed = new Set([...inputs, ...looks]);
  const moved = new Set(inputs);
  const told = new Set<string>();
  const digests = new Map<string, string>();
  await add(inputs);
  for (let round = 0; inputs.length + looks.length > 0; round++) {
    if (round > MOST_ROUNDS) throw new NeedsWhole("dependencies without end");
    const dependents = await findDependents(tx, design, { inputs, looks });
    for (const { key, isMade } of dependents) if (isMade) moved.add(key);
    await add(dependents.map(({ key }) => key));
    await untilAnswered(surroundings, answerer, () => slice.evaluate(earlier.keys()));
    const [nextInputs, nextLooks] = [new Set<string>(), new Set<string>()];
    for (const [key, item] of slice.items) {
      const before = earlier.get(key);
      if (told.has(key)) continue;
      const digest = item.effective && (digests.get(key) ?? digestOf(item.effective.tree));
      if (digest !== undefined) digests.set(key, digest);
      if (!moved.has(key) && !looksOtherwise(before, item, before?.digest === digest)) continue;
      told.add(key);
      const pseudo = pseudoChanges(before, item, (kind) => !otherwiseThere.has(kind));
      if (!changed.has(key)) nextInputs.add(key);
      for (const each of pseudo.inputs) nextInputs.add(each);
      for (const each of [key, ...pseudo.looks]) nextLooks.add(each);
    }
    inputs = [...nextInputs].filter((each) => !changed.has(each));
    looks = [...nextLooks].filter((each) => !changed.has(each));
    for (const each of [...inputs, ...looks]) changed.add(each);
  }
  return { earlier, changed, moved, digests };
}

function touchedItems(change: ChangeOfDocuments): readonly string[] {
  const documents = [...change.closed, ...change.opened.map(keyOf)].map(({ kind, name }) => `${kind}/${name}`);
  const found = [...change.consumers.closed, ...change.consumers.opened].flatMap(({ diagnostic: { kind, name } }) =>
    kind === undefined || name === undefined ? [] : [`${kind}/${name}`],
  );
  return [...new Set([...documents, ...found])];
}

/** What an item needed last time is mostly what it needs now: asked for at once, it takes one round. */
function askAgain(surroundings: Surroundings, { item, looks }: StoredItem): void {
  for (const input of item.inputs) {
    const domain = routeDomainOf(input);
    if (isItemKey(input)) surroundings.ask("documents", input);
    else if (domain !== undefined) surroundings.ask("domains", domain);
  }
  for (const look of looks) {
    if (isItemKey(look)) surroundings.ask("items", look);
    else if (look.startsWith("any/")) surroundings.ask("any", look.slice("any/".length));
    else if (look.startsWith("members/")) surroundings.ask("members", look.slice("members/".length));
  }
}

/** Whether something consumers found to be lost comes or goes. */
function consumersLose({ consumers }: ChangeOfDocuments): boolean {
  return [...consumers.closed, ...consumers.opened].some(({ diagnostic }) => mattersToOthers(diagnostic));
}

/** Whether an input is an item: of a built-in kind, which begins with a capital, or of a custom one, which has a dot. */
function isItemKey(input: string): boolean {
  return /^[A-Z]/.test(input) || input.slice(0, input.indexOf("/")).includes(".");
}
