import type { Severity } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import { type DataSchemas, readDataSchemas } from "./data-schema.ts";
import { readData } from "./document-data.ts";
import { type Fault, RenderFault } from "./fault.ts";
import { reportForeign } from "./foreign-notices.ts";
import type { HeldDocument } from "./held-document.ts";
import { itemDocument } from "./item-document.ts";
import { type LayeringPolicy, readPolicy } from "./layering-policy.ts";
import { webOf } from "./links.ts";
import { areEqual } from "./python-value.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { renderDocuments } from "./render.ts";
import { policySchema } from "./schema-name.ts";
import { ofSiteType } from "./site-type.ts";

/** What the documents of a site declare once they are rendered, in the order they were read. Every problem goes to the files' own. */
export function finishSite(all: readonly HeldDocument[]): readonly Document[] {
  // By the names of files, so that nothing depends on the order in which they are given.
  const documents = ofSiteType(all).toSorted(
    (a, b) => compare(a.raw.file.uri, b.raw.file.uri) || a.raw.order - b.raw.order,
  );
  const byRaw = new Map(documents.map((each) => [each.raw, each]));
  const report = (raw: RawDocument, fault: Fault, severity: Severity = fault.severity ?? "error"): void => {
    const { kind, name } = raw;
    byRaw.get(raw)?.problems.add({ ...(kind !== undefined && name !== "" && { kind, name }), ...fault, severity });
  };
  const policy = policyOf(documents, report);
  const site =
    policy.found === undefined
      ? renderedSite(documents, policy.isStated, report)
      : rawSite(documents, policy.found, report);
  for (const { problems } of documents) problems.release();
  reportForeign(documents, site.used);
  return documents
    .toSorted((a, b) => a.raw.order - b.raw.order)
    .flatMap(({ raw, document }) => site.items.get(raw) ?? (site.dropped.has(raw) ? [] : (document ?? [])));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

type Report = (raw: RawDocument, fault: Fault, severity?: Severity) => void;

interface Site {
  /** Items of documents that were rendered. */
  readonly items: ReadonlyMap<RawDocument, Document>;
  /** Documents that don't come out. */
  readonly dropped: ReadonlySet<RawDocument>;
  /** Documents that others took something from. */
  readonly used: ReadonlySet<RawDocument>;
}

/** The policy of a site. Of several the first counts. */
function policyOf(
  documents: readonly HeldDocument[],
  report: Report,
): { readonly found: LayeringPolicy | undefined; readonly isStated: boolean } {
  const [first, ...others] = documents.filter(({ raw }) => raw.schema === policySchema);
  if (first === undefined) return { found: undefined, isStated: false };
  for (const { raw } of others) {
    report(raw, {
      rule: "duplicate-layering-policy",
      severity: "warning",
      message: `found a second layering policy, ${JSON.stringify(raw.name.slice(0, 64))}, which has no effect`,
      hint: "keep one layering policy",
      at: raw.nameAt,
      related: [{ message: `${titleOf(first.raw)} counts`, at: { ...first.raw.nameAt, uri: first.raw.file.uri } }],
    });
  }
  try {
    return { found: readPolicy(first.raw, readData(first.raw, false)), isStated: true };
  } catch (error) {
    if (!(error instanceof RenderFault)) throw error;
    report(first.raw, error.fault);
    return { found: undefined, isStated: true };
  }
}

function rawSite(documents: readonly HeldDocument[], policy: LayeringPolicy, report: Report): Site {
  const web = webOf(
    documents.map(({ raw }) => raw),
    policy,
  );
  const byRaw = new Map(documents.map((each) => [each.raw, each]));
  const schemas = readDataSchemas(
    documents.map(({ raw }) => raw),
    report,
  );
  const items = new Map<RawDocument, Document>();
  const dropped = new Set<RawDocument>();
  const used = new Set<RawDocument>();
  const wanted = new Set<RawDocument>();
  const lenient = web.looksRendered;
  const tell: Report = (raw, fault) =>
    report(raw, fault, lenient && lenientRules.includes(fault.rule) ? "warning" : fault.severity);
  const begin = (raw: RawDocument): void => {
    if (raw.complete) for (const fault of raw.faults) report(raw, fault);
  };
  for (const { raw, document } of documents) {
    if (raw.kind === undefined) continue;
    if (!web.comesOut(raw)) dropped.add(raw);
    if (document === undefined) {
      if (raw.name !== "") wanted.add(raw);
      else begin(raw);
      continue;
    }
    begin(raw);
    for (const fault of web.linksOf(raw).faults) tell(raw, fault);
    if (!dropped.has(raw)) checkData(raw, undefined, schemas, report);
  }
  renderDocuments(wanted, web, {
    begin(raw) {
      used.add(raw);
      if (byRaw.get(raw)?.document === undefined) begin(raw);
    },
    report: tell,
    take(raw, { data, whole }) {
      const held = byRaw.get(raw);
      if (held === undefined || raw.kind === undefined || dropped.has(raw)) return;
      if (whole) checkData(raw, data, schemas, report);
      if (!held.isNamed) return;
      const { kind, name, at, nameAt } = raw;
      items.set(
        raw,
        itemDocument({
          kind,
          name,
          data,
          at,
          nameAt,
          complete: whole || (lenient && raw.complete),
          problems: held.problems,
          rendered: true,
        }),
      );
    },
  });
  return { items, dropped, used };
}

/** What is no mistake of documents that were rendered before, whatever is left of their metadata. */
const lenientRules: readonly string[] = [
  ...[
    "invalid-document-parent",
    "indeterminate-document-parent",
    "invalid-document-replacement",
    "missing-document-key",
  ],
];

/**
 * A site without a policy is rendered already, and taken as it is written. Documents that show that it isn't (abstract ones, one name in several layers, values
 * that are still to be substituted) are one error.
 */
function renderedSite(documents: readonly HeldDocument[], isStated: boolean, report: Report): Site {
  const raws = documents.map(({ raw }) => raw);
  const web = webOf(raws, undefined);
  const schemas = readDataSchemas(raws, report);
  const items = new Map<RawDocument, Document>();
  const dropped = new Set<RawDocument>();
  const used = new Set<RawDocument>();
  const wanted = new Set<RawDocument>();
  const evidence = new Set<RawDocument>();
  for (const { raw, document } of documents) {
    if (raw.kind === undefined) continue;
    if (raw.complete) {
      for (const { absent, ...fault } of raw.faults)
        if (absent !== true) report(raw, fault, fault.severity ?? "warning");
    }
    if (raw.abstract || (!raw.abstract && !web.comesOut(raw))) evidence.add(raw);
    if (!raw.abstract && !web.comesOut(raw)) dropped.add(raw);
    if (document === undefined && raw.name !== "") wanted.add(raw);
    else if (document !== undefined && !dropped.has(raw)) checkData(raw, undefined, schemas, report);
  }
  const isRaw = evidence.size > 0 || isStated;
  const byRaw = new Map(documents.map((each) => [each.raw, each]));
  renderDocuments(wanted, web, {
    begin: (raw) => used.add(raw),
    report() {},
    take(raw, { data, own }) {
      const held = byRaw.get(raw);
      if (held === undefined || raw.kind === undefined || dropped.has(raw)) return;
      const isSame = areEqual(own, data);
      if (!isSame) evidence.add(raw);
      const { kind, name, at, nameAt } = raw;
      const complete = raw.complete && !(isRaw && (raw.abstract || raw.selector !== undefined));
      if (complete) checkData(raw, data, schemas, report);
      if (!held.isNamed) return;
      items.set(
        raw,
        itemDocument({
          kind,
          name,
          data: isSame ? own : data,
          at,
          nameAt,
          complete,
          problems: held.problems,
          rendered: true,
        }),
      );
    },
  });
  const first = raws.find((raw) => evidence.has(raw));
  if (first !== undefined && !isStated) report(first, noPolicy(first, evidence.size));
  return { items, dropped, used };
}

function noPolicy(first: RawDocument, count: number): Fault {
  return {
    rule: "layering-policy-not-found",
    message: `found ${count === 1 ? "a document that isn't" : `${count} documents that aren't`} rendered yet, and no ${policySchema} that orders their layers`,
    hint: "add the site's LayeringPolicy, or give the documents as they are rendered",
    at: first.nameAt,
  };
}

function checkData(
  raw: RawDocument,
  data: ReturnType<typeof readData> | undefined,
  schemas: DataSchemas,
  report: Report,
): void {
  const schema = schemas.of(raw.schema);
  if (schema === undefined || !raw.complete) return;
  for (const fault of schema.check(data ?? readData(raw, false))) report(raw, fault);
}
