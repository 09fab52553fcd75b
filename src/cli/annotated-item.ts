import { type WrittenEntry, type WrittenItem, type WrittenNode, writeYaml } from "../convert/write-yaml.ts";
import type { Document } from "../design/document.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { hiddenSecret } from "../design/hide-secrets.ts";
import type { Provenance } from "../design/provenance.ts";
import { visible } from "./diagnostics.ts";

/** A remark longer than this is cut. */
const LONGEST_REMARK = 200;

/** What the comments around a value say already: the document and file everything below is from unless marked, and what was done to all of it. */
interface Said {
  readonly document: Document | undefined;
  readonly uri: string | undefined;
  readonly steps: readonly string[];
}

/**
 * An effective item as a member of a YAML list of items, with a comment behind each value that isn't from the item's own document: the item it was inherited
 * from and its place, the rule that computed it, `default`, and what was done to it on the way. What comes whole from one place has one comment, at its top.
 * Where the item is declared in several layers, each value says which. Secrets are hidden.
 */
export function annotatedItem(evaluation: Evaluation, kind: string, name: string): readonly string[] {
  const documents = evaluation.raw(kind, name).map((raw) => raw.document);
  const provenance = evaluation.provenance(kind, name);
  const own = documents.length === 1 ? documents[0] : undefined;
  const describe = describer(`${kind}/${name}`, documents.length > 1);
  const spec = written(provenance, { document: own, uri: own?.location.uri, steps: [] }, describe);
  const scalar = (value: string): WrittenNode => ({ type: "scalar", value });
  const item: WrittenItem = {
    above: documents.map(({ location }) => `# ${visible(`${location.uri}:${location.line}`)}`),
    value: {
      type: "map",
      entries: [
        { key: "kind", value: scalar(kind), above: [] },
        { key: "name", value: scalar(name), above: [] },
        { key: "spec", value: spec, above: [] },
      ],
    },
  };
  return writeYaml({ type: "list", items: [item] }, 2);
}

/** Says in a few words where a value is from. */
type Describe = (value: Provenance, steps: readonly string[]) => string;

function describer(key: string, inLayers: boolean): Describe {
  return ({ origin, from, rule }, steps) => {
    const place = from === undefined ? "" : `${from.uri}:${from.line}`;
    const layer = inLayers && origin !== undefined ? `layer ${origin.layer.name}` : "";
    const source = origin === undefined || origin.item === key ? layer : origin.item;
    const text = [rule, source, place].filter(Boolean).join(" ");
    return [text, ...steps].filter(Boolean).join("; ");
  };
}

function written(value: Provenance, said: Said, describe: Describe): WrittenNode {
  if (value.secret) return { type: "scalar", value: hiddenSecret };
  if (value.fields !== undefined) {
    const entries = [...value.fields].map(
      ([key, part]): WrittenEntry => ({ key, above: [], ...remarked(part, said, describe) }),
    );
    return { type: "map", entries };
  }
  if (value.items !== undefined) {
    const items = value.items.map((part): WrittenItem => ({ above: [], ...remarked(part, said, describe) }));
    return { type: "list", items };
  }
  return { type: "scalar", value: value.value as string | number | boolean | null };
}

/** A value with the comment it needs beside those around it. */
function remarked(
  value: Provenance,
  said: Said,
  describe: Describe,
): { readonly value: WrittenNode; readonly behind?: string } {
  const source = onlySource(value);
  if (source === undefined) return { value: written(value, said, describe) };
  const { rule, origin, from } = source;
  const document = rule === undefined ? origin?.document : ruled;
  const isSaid = document === said.document && (document === ruled || from?.uri === said.uri);
  if (isSaid && document === ruled) return { value: written(value, said, describe) };
  const news = source.steps.map(({ message }) => message).filter((step) => !said.steps.includes(step));
  const text = isSaid ? news.join("; ") : describe(source, news);
  const inner = written(value, { document, uri: from?.uri, steps: [...said.steps, ...news] }, describe);
  return text === "" ? { value: inner } : { value: inner, behind: `# ${visible(shortened(text))}` };
}

/** Stands for the source of everything inside a value that a rule gave. */
const ruled = {} as Document;

/**
 * What all of a value is from: the value itself where it has no parts, or is from one document or rule with everything in it, defaults and what was computed
 * excepted. Undefined when its parts are from several.
 */
function onlySource(value: Provenance): Provenance | undefined {
  const parts = leaves(value);
  const first = parts.find(({ rule }) => rule === undefined);
  if (first === undefined) return value.rule !== undefined || parts[0] === value ? value : undefined;
  const isSame = ({ origin, from }: Provenance) =>
    origin?.document === first.origin?.document && from?.uri === first.from?.uri;
  if (!parts.every((part) => part.rule !== undefined || isSame(part))) return undefined;
  return isSame(value) ? value : { ...value, ...placeOf(first) };
}

function placeOf({ origin, from, steps }: Provenance): Pick<Provenance, "origin" | "from" | "steps"> {
  return { ...(origin && { origin }), ...(from && { from }), steps };
}

function leaves(value: Provenance): readonly Provenance[] {
  const parts = [...(value.fields?.values() ?? []), ...(value.items ?? [])];
  return parts.length === 0 || value.secret ? [value] : parts.flatMap(leaves);
}

function shortened(text: string): string {
  const points = [...text];
  return points.length <= LONGEST_REMARK ? text : `${points.slice(0, LONGEST_REMARK).join("")}…`;
}
