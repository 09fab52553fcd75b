import type { Fault } from "./fault.ts";
import type { LayeringPolicy } from "./layering-policy.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";

/** Finds documents by the labels they carry. */
export interface ParentFinder {
  /** The parent of a document, or what is wrong with its selector, or neither where no document has the labels. */
  find(child: RawDocument): { readonly parent?: RawDocument; readonly fault?: Fault };
}

/** Documents that carry the same labels, by schema and by layer. */
type Candidates = ReadonlyMap<string, ReadonlyMap<number, readonly RawDocument[]>>;

const MOST_RELATED = 10;

/** A finder among these documents. Selectors alike are searched for once. */
export function parentFinder(documents: readonly RawDocument[], policy: LayeringPolicy): ParentFinder {
  const byLabel = new Map<string, RawDocument[]>();
  for (const document of documents) {
    // Documents that direct others are in no layer; one of a layer that doesn't exist is reported there.
    if (policy.rankOf(document.layer?.text ?? "") === undefined) continue;
    for (const label of document.labels) {
      const carriers = byLabel.get(label);
      if (carriers === undefined) byLabel.set(label, [document]);
      else carriers.push(document);
    }
  }
  const known = new Map<string, Candidates>();

  function candidatesFor(labels: readonly string[]): Candidates {
    const key = labels.join("\0\0");
    const found = known.get(key);
    if (found !== undefined) return found;
    const lists = labels.map((label) => byLabel.get(label) ?? []).sort((a, b) => a.length - b.length);
    const [fewest = []] = lists;
    const groups = new Map<string, Map<number, RawDocument[]>>();
    for (const each of fewest) {
      if (!labels.every((label) => each.labels.includes(label))) continue;
      const layers = groups.get(each.schema) ?? new Map<number, RawDocument[]>();
      groups.set(each.schema, layers);
      const rank = policy.rankOf(each.layer?.text ?? "") ?? -1;
      const group = layers.get(rank) ?? [];
      layers.set(rank, group);
      group.push(each);
    }
    known.set(key, groups);
    return groups;
  }

  return {
    find(child) {
      const { selector, layer } = child;
      const own = policy.rankOf(layer?.text ?? "");
      if (selector === undefined || selector.length === 0 || own === undefined) return {};
      let parent: RawDocument | undefined;
      let best = -1;
      let tie: readonly RawDocument[] | undefined;
      for (const [schema, layers] of candidatesFor(selector.map(({ label }) => label))) {
        for (const [rank, group] of layers) {
          // A document whose labels fit its own selector is no candidate of its own.
          const others = othersIn(group, child);
          const [first] = others;
          if (first === undefined) continue;
          if (schema !== child.schema) return { fault: invalidParent(child, others, "another schema") };
          if (rank === own) return { fault: invalidParent(child, others, "the same layer") };
          if (rank > own) return { fault: invalidParent(child, others, "a more specific layer") };
          if (others.length > 1) tie ??= others;
          if (rank > best) [parent, best] = [first, rank];
        }
      }
      if (tie !== undefined) return { fault: severalParents(child, tie) };
      return parent === undefined ? {} : { parent };
    },
  };
}

function shownSelector({ selector = [] }: RawDocument): string {
  return selector.map(({ shown }) => shown).join(", ");
}

/** The first few of a group, but for one. */
function othersIn(group: readonly RawDocument[], one: RawDocument): readonly RawDocument[] {
  const others: RawDocument[] = [];
  for (const each of group) {
    if (each !== one) others.push(each);
    if (others.length === MOST_RELATED) break;
  }
  return others;
}

function relatedTo(documents: readonly RawDocument[]) {
  return documents.map((each) => ({
    message: `${titleOf(each)} in layer ${each.layer?.text ?? "(none)"} has these labels`,
    at: { ...each.nameAt, uri: each.file.uri },
  }));
}

function invalidParent(child: RawDocument, found: readonly RawDocument[], why: string): Fault {
  const [first] = found;
  return {
    rule: "invalid-document-parent",
    message: `found ${first === undefined ? "a document" : titleOf(first)} of ${why} by the labels ${shownSelector(child)}, expected only documents of ${child.schema} in layers more general than ${child.layer?.text ?? ""}`,
    hint: "give parents a label no other kind and no child carries",
    at: child.selector?.[0]?.at ?? child.at,
    related: relatedTo(found),
  };
}

function severalParents(child: RawDocument, tie: readonly RawDocument[]): Fault {
  return {
    rule: "indeterminate-document-parent",
    message: `found several documents of one layer by the labels ${shownSelector(child)}, expected one`,
    hint: "select by a label that only the parent carries",
    at: child.selector?.[0]?.at ?? child.at,
    related: relatedTo(tie),
  };
}
