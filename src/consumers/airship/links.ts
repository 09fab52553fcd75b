import type { SourcePosition } from "../../yaml/node.ts";
import type { Fault } from "./fault.ts";
import { parentFinder } from "./find-parent.ts";
import type { LayeringPolicy } from "./layering-policy.ts";
import type { Dependency } from "./order.ts";
import { type RawDocument, type Substitution, titleOf } from "./raw-document.ts";
import { findReplacements, namesakeFault, replacementFault, secondReplacementFault } from "./replacement.ts";

/** What one document takes from others. */
export interface Links {
  /** The parent, or what stands in its place. */
  readonly parent?: RawDocument;
  readonly sources: ReadonlyMap<Substitution, RawDocument>;
  readonly dependencies: readonly Dependency[];
  readonly faults: readonly Fault[];
}

/** The documents of a site, and how they hang together. */
export interface Web {
  /** What a document takes from others; found once. */
  linksOf(document: RawDocument): Links;
  /** Whether it comes out: concrete, and nothing takes its place. */
  comesOut(document: RawDocument): boolean;
  /** Whether the documents look rendered already, in spite of the policy beside them: nothing is abstract or replaced, and parents are gone. */
  readonly looksRendered: boolean;
}

/** What is told of the documents of one schema and name. */
interface Namesakes {
  /** The first of each layer. */
  readonly byLayer: ReadonlyMap<string | undefined, RawDocument>;
  /** The first that replaces nothing. */
  readonly first: RawDocument | undefined;
  /** The only one of them that comes out, where it isn't all that may. */
  readonly chosen: RawDocument | undefined;
}

const noLinks: Links = { sources: new Map(), dependencies: [], faults: [] };

/** The web of documents of a site with a policy; without one, substitutions only. */
export function webOf(documents: readonly RawDocument[], policy: LayeringPolicy | undefined): Web {
  const finder = policy === undefined ? undefined : parentFinder(documents, policy);
  const parents = new Map<RawDocument, ReturnType<NonNullable<typeof finder>["find"]>>();
  const found = (document: RawDocument) => {
    if (document.selector === undefined || finder === undefined) return {};
    const known = parents.get(document) ?? finder.find(document);
    parents.set(document, known);
    return known;
  };
  const replacements = findReplacements(documents, (document) => found(document).parent);
  const links = new Map<RawDocument, Links>();
  const namesakes = new Map<readonly RawDocument[], Namesakes>();

  function linksOf(document: RawDocument): Links {
    const known = links.get(document);
    if (known !== undefined) return known;
    const result = link(document);
    links.set(document, result);
    return result;
  }

  function link(document: RawDocument): Links {
    const isSimple =
      document.selector === undefined && document.substitutions.length === 0 && document.replacementAt === undefined;
    const faults: Fault[] = policy === undefined ? [] : faultsOf(document, policy);
    if (isSimple && faults.length === 0) return noLinks;
    const { parent: selected } = found(document);
    const standIn = selected && replacements.standIn(selected);
    const parent = standIn === document ? selected : standIn;
    const sources = new Map<Substitution, RawDocument>();
    const dependencies: Dependency[] = [];
    if (parent !== undefined) {
      dependencies.push({
        on: parent,
        at: placeIn(document, document.selectorAt ?? document.at),
        relation: "is layered on",
      });
    }
    for (const substitution of document.substitutions) {
      const source = replacements.source(substitution.schema, substitution.name);
      if (source === undefined) continue;
      sources.set(substitution, source);
      dependencies.push({ on: source, at: placeIn(document, substitution.at), relation: "substitutes from" });
    }
    return { ...(parent !== undefined && { parent }), sources, dependencies, faults };
  }

  function faultsOf(document: RawDocument, { rankOf, unknownLayer }: LayeringPolicy): Fault[] {
    const faults: Fault[] = [];
    if (document.layer !== undefined && rankOf(document.layer.text) === undefined) faults.push(unknownLayer(document));
    const { parent, fault } = found(document);
    if (fault !== undefined) faults.push(fault);
    else {
      const wrong = replacementFault(document, parent) ?? rivalFault(document, parent);
      if (wrong !== undefined) faults.push(wrong);
      else if ((document.selector?.length ?? 0) > 0 && parent === undefined && faults.length === 0)
        faults.push(noParent(document));
      const namesake = wrong === undefined ? namesakeOf(document) : undefined;
      if (namesake !== undefined) faults.push(namesakeFault(document, namesake));
    }
    for (const substitution of document.substitutions) {
      if (replacements.source(substitution.schema, substitution.name) !== undefined) continue;
      const [abstract] = replacements.named(substitution.schema, substitution.name);
      faults.push(noSource(substitution, abstract));
    }
    return faults;
  }

  /** What is wrong with a second replacement of one document. */
  function rivalFault(document: RawDocument, parent: RawDocument | undefined): Fault | undefined {
    if (document.replacementAt === undefined || parent === undefined) return undefined;
    const rival = replacements.standIn(parent);
    return rival === document || rival === parent ? undefined : secondReplacementFault(document, rival);
  }

  /** An earlier document that stands in the way of this one: of the same layer, or like this one without a document it replaces. */
  function namesakeOf(document: RawDocument): RawDocument | undefined {
    if (document.name === "") return undefined;
    const { byLayer, first } = namesakesOf(document);
    const twin = byLayer.get(document.layer?.text);
    if (twin !== undefined && twin !== document) return twin;
    const isOther = document.replacementAt === undefined && first !== undefined && first !== document;
    return isOther && found(first).parent !== document ? first : undefined;
  }

  /** The documents of one schema and name are looked through once, however many they are. */
  function namesakesOf({ schema, name }: RawDocument): Namesakes {
    const all = replacements.named(schema, name);
    const known = namesakes.get(all);
    if (known !== undefined) return known;
    const byLayer = new Map<string | undefined, RawDocument>();
    for (const each of all) if (!byLayer.has(each.layer?.text)) byLayer.set(each.layer?.text, each);
    const concrete = all.filter((each) => !each.abstract && !replacements.isReplaced(each));
    const found: Namesakes = {
      byLayer,
      first: all.find((each) => each.replacementAt === undefined),
      chosen: concrete.length < 2 || areAlike(concrete) ? undefined : chosen(concrete),
    };
    namesakes.set(all, found);
    return found;
  }

  /** Of several of one name the most specific is the one that was meant, so that they aren't reported twice. */
  function chosen(same: readonly RawDocument[]): RawDocument | undefined {
    const rank = (document: RawDocument) => policy?.rankOf(document.layer?.text ?? "") ?? -1;
    return same.reduce((best, each) => (rank(each) > rank(best) ? each : best));
  }

  /** Without a policy, documents of one layer and name are rendered ones, and reported where they are composed. */
  function areAlike(same: readonly RawDocument[]): boolean {
    return policy === undefined && same.every((each) => each.layer?.text === same[0]?.layer?.text);
  }

  return {
    linksOf,
    comesOut(document) {
      if (document.abstract || replacements.isReplaced(document)) return false;
      if (document.name === "") return true;
      const { chosen: only } = namesakesOf(document);
      return only === undefined || only === document;
    },
    get looksRendered() {
      const hasNamesakes = (document: RawDocument) => replacements.named(document.schema, document.name).length > 1;
      return (
        !documents.some((document) => document.abstract || hasNamesakes(document)) &&
        documents.some(
          (document) =>
            document.selector !== undefined && document.replacementAt === undefined && isLost(found(document)),
        )
      );
    },
  };
}

function isLost({ parent, fault }: { readonly parent?: RawDocument; readonly fault?: Fault }): boolean {
  return parent === undefined && fault === undefined;
}

function placeIn({ file }: RawDocument, { line, column }: SourcePosition): SourcePosition {
  return { line, column, uri: file.uri };
}

function noParent(document: RawDocument): Fault {
  return {
    rule: "no-parent",
    severity: "warning",
    message: `found no document with the labels ${(document.selector ?? []).map(({ shown }) => shown).join(", ")}, so this one stays as it is written and its actions are not run`,
    hint: "correct the labels, or remove parentSelector: and actions:",
    at: document.selector?.[0]?.at ?? document.at,
  };
}

function noSource({ schema, name, sourceAt }: Substitution, abstract: RawDocument | undefined): Fault {
  const title = titleOf({ schema, name });
  return {
    rule: "substitution-source-not-found",
    message:
      abstract === undefined
        ? `found no document ${title}, expected the source of this value`
        : `found only an abstract document ${title}, expected a concrete one`,
    hint:
      abstract === undefined
        ? "add the document, or correct schema and name"
        : "take the value from a document that is concrete",
    at: sourceAt,
    ...(abstract !== undefined && {
      related: [{ message: "it is abstract here", at: placeIn(abstract, abstract.nameAt) }],
    }),
  };
}
