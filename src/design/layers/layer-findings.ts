import { suggest } from "../../text/suggest.ts";
import { canonicalJson } from "../canonical.ts";
import type { Declared, DeclaredMessage } from "../declared.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { keyPath } from "../field-path.ts";
import type { KindSchema } from "../kind-schema.ts";
import { type Layer, layerSettings } from "../layer.ts";
import { type FindingText, findingAt, placeOf } from "../place.ts";
import type { DeclaredLayer, DocumentInLayer } from "./declared-layers.ts";
import { ownedPathFault } from "./owned-path.ts";

/** What is needed to tell what is wrong with the layers of a design. */
export interface LayersInput {
  readonly documents: readonly DocumentInLayer[];
  /** Layers set otherwise than by documents. */
  readonly given: readonly Layer[];
  readonly declared: ReadonlyMap<string, DeclaredLayer>;
  readonly kinds: ReadonlyMap<string, KindSchema>;
  /** Of such kinds nothing is told. */
  readonly mayBeDeclared: (kind: string) => boolean;
}

const layerName = /^[a-z][a-z0-9-]{0,62}$/;
/** Names that say what a layer is for without being declared. */
const knownNames: readonly string[] = ["hardware", "design", "formation", "main"];

/**
 * Tells what is wrong with declarations of layers: a name no layer can have, kinds and fields to own that don't exist, and a declaration that has no effect
 * because the layer is set otherwise. And which documents stand in a layer that nobody declares and whose name looks like another's.
 */
export function layerFindings(input: LayersInput): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const given = new Map(input.given.map((layer) => [layer.name, layer]));
  for (const [name, { layer, body }] of input.declared) {
    const report = (at: Declared, text: FindingText) =>
      void found.push(findingAt(at.origin, placeOf({ origin: at.origin, at: at.at }), text));
    if (!layerName.test(name)) report(body, invalidName(name));
    const set = given.get(name);
    if (set !== undefined) compareWithSet(layer, set, body, report);
    checkOwned(body, input, report);
  }
  for (const each of misnamed(input, given)) found.push(each);
  return found;
}

type Report = (at: Declared, text: FindingText) => void;

function invalidName(name: string): FindingText {
  return {
    rule: "invalid-name",
    severity: "error",
    message: `found ${JSON.stringify(name)} as the name of a layer, expected small letters, digits and "-", a letter first, at most 63`,
    hint: "rename it: no document can stand in a layer of that name",
  };
}

function compareWithSet(declared: Layer, set: Layer, body: DeclaredMessage, report: Report): void {
  const there = layerSettings(set);
  for (const [field, here] of Object.entries(layerSettings(declared))) {
    const other = there[field] ?? null;
    if (canonicalJson(here) === canonicalJson(other)) continue;
    report(body.fields[field] ?? body, {
      rule: "layer-set-otherwise",
      severity: "warning",
      message: `found ${field} ${JSON.stringify(here)} of layer "${declared.name}", which this design's own setting of that layer has as ${JSON.stringify(other)}`,
      hint: "the design's own setting holds; change it there, or write here what it says",
      field,
    });
  }
}

function checkOwned(body: DeclaredMessage, { kinds, mayBeDeclared }: LayersInput, report: Report): void {
  const { owns } = body.fields;
  if (owns?.type !== "group") return;
  for (const [kind, member] of owns.members) {
    const schema = kinds.get(kind);
    if (schema === undefined) {
      if (mayBeDeclared(kind)) continue;
      const near = suggest(kind, kinds.keys());
      report(member.type === "message" ? (member.fields.kind ?? member) : member, {
        rule: "unknown-kind",
        severity: "error",
        message: `found kind ${JSON.stringify(kind)}, expected a kind of this design`,
        hint: near === undefined ? `kinds are ${[...kinds.keys()].sort().join(", ")}` : `did you mean "${near}"?`,
        field: keyPath("owns", kind),
      });
      continue;
    }
    const fields = member.type === "message" ? member.fields.fields : undefined;
    if (fields?.type !== "group") continue;
    for (const [path, at] of fields.members) checkPath(path, at, kind, schema, report);
  }
}

function checkPath(path: string, at: Declared, kind: string, schema: KindSchema, report: Report): void {
  const fault = ownedPathFault(path, schema);
  if (fault === undefined) return;
  report(at, {
    rule: "unknown-field",
    severity: "error",
    message: `found ${JSON.stringify(path)}, expected the path of a field of ${kind}: ${fault.message}`,
    ...(fault.suggestion !== undefined && { hint: `did you mean "${fault.suggestion}"?` }),
    field: keyPath("owns", kind),
  });
}

/** Names of undeclared layers that are compared with others: who has more names them by a scheme, and not by mistake. */
const MOST_COMPARED = 200;

/** The first document of each layer that nobody declares and whose name looks like that of a layer that is known. */
function misnamed({ documents, declared }: LayersInput, given: ReadonlyMap<string, Layer>): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Set([...given.keys(), ...declared.keys(), ...knownNames]);
  const known = [...seen];
  const enough = known.length + MOST_COMPARED;
  let last: string | undefined;
  for (const { layer, document } of documents) {
    if (layer === last || seen.has(layer)) continue;
    if (seen.size === enough) break;
    last = layer;
    seen.add(layer);
    const near = suggest(layer, known);
    if (near === undefined) continue;
    found.push({
      rule: "undeclared-layer",
      severity: "warning",
      message: `found layer ${JSON.stringify(layer)}, which nobody declares`,
      hint: `did you mean "${near}"? Or declare it by a document of kind Layer`,
      kind: document.kind,
      name: document.name,
      location: document.location,
      related: [],
    });
  }
  return found;
}
