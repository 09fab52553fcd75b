import type { YamlNode } from "../../yaml/node.ts";
import { applyActions } from "./actions.ts";
import { readData, titleWithLayer } from "./document-data.ts";
import { type Fault, RenderFault } from "./fault.ts";
import type { Links, Web } from "./links.ts";
import { renderLimits, sizeOf, tooMuch, withinLimits } from "./measure.ts";
import { type Dependency, orderDocuments } from "./order.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { holdsSecret } from "./schema-name.ts";
import { type SearchBudget, searchBudget } from "./search-budget.ts";
import { substitute } from "./substitute.ts";
import type { Step } from "./traced-position.ts";

/** The data of a document once it is layered and substituted into. */
export interface RenderedData {
  readonly data: YamlNode;
  /** What the author wrote. */
  readonly own: YamlNode;
  /** False when something it needed isn't there or wasn't sound, so that nothing follows from what it lacks. */
  readonly whole: boolean;
}

/** What becomes of rendered documents and of what is found on the way. */
export interface RenderTarget {
  /** Told of each document before it is rendered, those the others need included. */
  begin(document: RawDocument): void;
  /** Takes the data of each of the documents asked for, in an order of their dependencies. */
  take(document: RawDocument, rendered: RenderedData): void;
  report(document: RawDocument, fault: Fault): void;
}

/**
 * Renders documents, and whatever they need: parents before children, sources before what takes from them; each is layered first and then substituted into,
 * once. Data are let go as soon as nobody needs them any more. The result doesn't depend on the order of the documents.
 */
export function renderDocuments(wanted: ReadonlySet<RawDocument>, web: Web, target: RenderTarget): void {
  const { order, cycles } = orderDocuments(wanted, (document) => web.linksOf(document).dependencies);
  const broken = new Set<RawDocument>();
  for (const cycle of cycles) {
    for (const [document] of cycle) broken.add(document);
    const [first] = cycle;
    if (first !== undefined) target.report(first[0], cycleFault(cycle));
  }
  const users = new Map<RawDocument, number>();
  for (const document of order) {
    for (const { on } of web.linksOf(document).dependencies) users.set(on, (users.get(on) ?? 0) + 1);
  }
  const rendered = new Map<RawDocument, RenderedData>();
  let total = 0;
  const search = searchBudget();
  for (const document of order) {
    const links = web.linksOf(document);
    target.begin(document);
    for (const fault of links.faults) target.report(document, fault);
    const isTaken = users.has(document);
    const result = renderOne({
      ...{ document, isTaken, links, rendered, search },
      isBroken: broken.has(document),
      report: (fault) => target.report(document, fault),
    });
    for (const { on } of links.dependencies) {
      const left = (users.get(on) ?? 0) - 1;
      users.set(on, left);
      if (left === 0) rendered.delete(on);
    }
    if ((users.get(document) ?? 0) > 0) rendered.set(document, result);
    if (!wanted.has(document)) continue;
    total += sizeOf(result.data).weight;
    if (total <= renderLimits.totalWeight) target.take(document, result);
    else {
      target.report(document, tooMuch("found rendered documents of too many values together", document.nameAt).fault);
      target.take(document, { data: nothingAt(result.own), own: result.own, whole: false });
    }
  }
}

interface Rendering {
  readonly document: RawDocument;
  /** Whether another document takes its data. */
  readonly isTaken: boolean;
  readonly links: Links;
  /** What it needs. */
  readonly rendered: ReadonlyMap<RawDocument, RenderedData>;
  /** Whether it is part of a cycle. */
  readonly isBroken: boolean;
  readonly search: SearchBudget;
  readonly report: (fault: Fault) => void;
}

function renderOne({ document, isTaken, links, rendered, isBroken, search, report }: Rendering): RenderedData {
  const own = readData(document, isTaken);
  let whole = document.complete && !links.faults.some(({ severity = "error" }) => severity === "error");
  if (isBroken) return { data: own, own, whole: false };
  let data = own;
  /** What fails for what another document lacks is that document's fault. */
  const attempt = (from: RenderedData, step: () => YamlNode): void => {
    try {
      data = step();
    } catch (error) {
      if (!(error instanceof RenderFault)) throw error;
      whole = false;
      if (from.whole) report(error.fault);
    }
  };
  if (links.parent !== undefined) {
    const parent = rendered.get(links.parent);
    const title = titleWithLayer(links.parent);
    const inherited: Step = {
      does: "inherits",
      message: `inherited from ${title}`,
      at: { ...links.parent.nameAt, uri: links.parent.file.uri },
    };
    if (parent?.whole !== true) whole = false;
    // Where the text broke off, so may have the actions, and the data they are about.
    if (parent !== undefined && document.complete) {
      attempt(parent, () =>
        withinLimits(
          applyActions({
            parent: parent.data,
            inherited,
            own,
            actions: document.actions,
            uri: document.file.uri,
            note: report,
          }),
          document.selectorAt ?? document.at,
        ),
      );
    }
  }
  for (const substitution of document.substitutions) {
    const source = links.sources.get(substitution);
    const taken = source && rendered.get(source);
    if (source === undefined || taken === undefined) {
      whole = false;
      continue;
    }
    if (!taken.whole) whole = false;
    const sealed = source.encrypted || holdsSecret(source.schema);
    attempt(taken, () => {
      refuseReference(source, taken.data, substitution.sourceAt);
      return withinLimits(
        substitute(
          data,
          substitution,
          { title: titleOf(source), data: taken.data, sealed },
          { uri: document.file.uri, search, note: report },
        ),
        substitution.at,
      );
    });
  }
  return { data, own, whole };
}

/** The store of encrypted documents gives a reference in place of the text, which nobody can follow offline. */
function refuseReference(source: RawDocument, data: YamlNode, at: RawDocument["at"]): void {
  const text = data.kind === "scalar" && typeof data.value === "string" ? data.value : "";
  if (!source.encrypted || !/^https?:\/\/\S{1,1000}\/secrets\/[0-9a-f-]{36}$/.test(text)) return;
  throw new RenderFault({
    rule: "encryption-source-not-found",
    message: `found a reference to a store of secrets as the data of ${titleOf(source)}, expected the text itself`,
    hint: "give the document with its text, or a reference of our own in the field it is for",
    at,
    related: [{ message: "the reference is here", at: data.position }],
  });
}

function cycleFault(cycle: readonly (readonly [RawDocument, Dependency])[]): Fault {
  const steps = cycle.map(
    ([document, { on, relation }]) => `${titleOf(document)} ${relation} ${on === document ? "itself" : titleOf(on)}`,
  );
  const [first] = cycle;
  return {
    rule: "substitution-dependency-cycle",
    message: `found documents that need each other: ${steps.slice(0, 5).join(", ")}${steps.length > 5 ? ", …" : ""}`,
    hint: "take the value from a document that needs none of these",
    at: first?.[1].at ?? { line: 1, column: 1 },
    related: cycle
      .slice(1, 11)
      .map(([document, { on, relation, at }]) => ({ message: `${titleOf(document)} ${relation} ${titleOf(on)}`, at })),
  };
}

function nothingAt({ position }: YamlNode): YamlNode {
  return { kind: "map", entries: [], position };
}
