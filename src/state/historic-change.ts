import { diffItems, type FieldChange } from "../design/diff.ts";
import { diffAtPath } from "../design/diff-at-path.ts";
import { type PathStep, parseFieldPath } from "../design/field-path.ts";
import type { ItemKey } from "../design/item-key.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import type { ItemDifference } from "./messages/field-difference.ts";
import type { ItemEvent, ItemVersion } from "./store/item-versions.ts";

/** How a revision changed an item, or the field of it that was asked about. */
export interface HistoricItemChange {
  readonly revision: bigint;
  readonly change: "added" | "changed" | "deleted";
  /** By layer, and in each by the order of the kind's fields. */
  readonly differences: readonly ItemDifference[];
}

/** How a revision that wrote something of an item changed it, or what is at a path of it; undefined when it changed nothing of that. */
export function changeOf(
  schema: KindSchema,
  { kind, name }: ItemKey,
  event: ItemEvent,
  steps: readonly PathStep[] | undefined,
): HistoricItemChange | undefined {
  const layers = [...new Set([...event.closed, ...event.opened].map(({ layer }) => layer))].sort();
  const differences = layers.flatMap((layer) => {
    const treeIn = (versions: readonly ItemVersion[]) => versions.find((each) => each.layer === layer)?.tree;
    const [before, after] = [treeIn(event.closed), treeIn(event.opened)];
    const changes = steps === undefined ? diffItems(schema, before, after) : diffAtPath(schema, before, after, steps);
    return changes.map((change) => ({ kind, name, layer, change }));
  });
  if (differences.length === 0) return undefined;
  return { revision: event.revision, change: wordFor(event, differences, steps), differences };
}

/** A field came or went if it did so in every layer that said something else of it; and not if a part of it did. */
function wordFor(
  { wasThere, isThere }: ItemEvent,
  differences: readonly ItemDifference[],
  steps: readonly PathStep[] | undefined,
): HistoricItemChange["change"] {
  if (!wasThere || !isThere) return wasThere ? "deleted" : "added";
  if (steps === undefined) return "changed";
  const isAll = (type: FieldChange["type"]) =>
    differences.every(({ change }) => change.type === type && parseFieldPath(change.path).length === steps.length);
  return isAll("added") ? "added" : isAll("removed") ? "deleted" : "changed";
}
