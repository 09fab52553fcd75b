import type { SourcePosition, YamlNode } from "../../yaml/node.ts";
import { RenderFault } from "./fault.ts";

/** What rendered data may hold, what is shared counted each time it stands somewhere. Bombs grow by sharing. */
export interface RenderLimits {
  /** Values of one document, each 32 characters of text counting as one more. */
  readonly documentWeight: number;
  /** The same, of all documents that were layered or substituted into. */
  readonly totalWeight: number;
  /** Values within each other. */
  readonly depth: number;
  /** Characters of one text. */
  readonly textLength: number;
}

/** The limits that hold. */
export const renderLimits: RenderLimits = {
  documentWeight: 100_000,
  totalWeight: 4_000_000,
  depth: 64,
  textLength: 1024 * 1024,
};

interface Size {
  readonly weight: number;
  readonly depth: number;
}

const known = new WeakMap<YamlNode, Size>();

/** How much a value holds and how deep it is; each node is looked at once, however often it is shared. */
export function sizeOf(node: YamlNode): Size {
  if (node.kind === "scalar") return { weight: 1 + (node.text.length >> 5), depth: 1 };
  const found = known.get(node);
  if (found !== undefined) return found;
  let weight = 1;
  let depth = 0;
  const add = (child: YamlNode) => {
    const size = sizeOf(child);
    weight += size.weight;
    if (size.depth > depth) depth = size.depth;
  };
  if (node.kind === "list") for (const item of node.items) add(item);
  else for (const entry of node.entries) add(entry.value);
  const size = { weight, depth: depth + 1 };
  known.set(node, size);
  return size;
}

/** The same data; throws for more than a document may hold, at the place of what made it so large. */
export function withinLimits(data: YamlNode, at: SourcePosition): YamlNode {
  const { weight, depth } = sizeOf(data);
  const { documentWeight, depth: deepest } = renderLimits;
  if (weight > documentWeight) throw tooMuch(`found data of more than ${documentWeight} values once this is done`, at);
  if (depth > deepest) throw tooMuch(`found data nested more than ${deepest} levels deep once this is done`, at);
  return data;
}

/** The fault of data that has become too large. */
export function tooMuch(message: string, at: SourcePosition): RenderFault {
  const hint = "take less of the source, or split the document";
  return new RenderFault({ rule: "rendered-limit", message: `${message}, expected less`, hint, at });
}
