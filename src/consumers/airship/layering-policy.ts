import { suggest } from "../../text/suggest.ts";
import type { YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { isNothing, textOf, valueAt } from "../reading/map-draft.ts";
import { type Fault, RenderFault } from "./fault.ts";
import { isText } from "./python-value.ts";
import type { RawDocument } from "./raw-document.ts";

/** The layers of a site, from the most general to the most specific. */
export interface LayeringPolicy {
  readonly document: RawDocument;
  /** How specific a layer is; undefined for one the policy doesn't have. */
  rankOf(layer: string): number | undefined;
  /** What is wrong with a layer it doesn't have. */
  unknownLayer(document: RawDocument): Fault;
}

const MOST_LAYERS = 100;

/** Reads the data of a policy; throws a fault for one that has no order of layers. */
export function readPolicy(document: RawDocument, data: YamlNode | undefined): LayeringPolicy {
  const order = data?.kind === "map" ? valueAt(data, "layerOrder") : undefined;
  if (order?.kind !== "list" || order.items.length === 0 || order.items.length > MOST_LAYERS) {
    throw invalid(
      order ?? data,
      document,
      `found ${isNothing(order) ? "no layerOrder" : "a layerOrder that is no list of layers"}`,
    );
  }
  const ranks = new Map<string, number>();
  for (const item of order.items) {
    const text = textOf(item);
    if (text === undefined || !isText(item)) throw invalid(item, document, "found a layer whose name is no text");
    if (ranks.has(text)) throw invalid(item, document, `found the layer ${quoteText(text)} twice`);
    ranks.set(text, ranks.size);
  }
  return {
    document,
    rankOf: (layer) => ranks.get(layer),
    unknownLayer({ layer, at }) {
      const near = suggest(layer?.text ?? "", ranks.keys());
      return {
        rule: "invalid-document-layer",
        message: `found the layer ${quoteText(layer?.text ?? "")}, expected one of ${[...ranks.keys()].join(", ")}`,
        hint: near === undefined ? "name a layer of the layering policy, or add it there" : `did you mean ${near}?`,
        at: layer?.at ?? at,
        related: [{ message: "the layers are listed here", at: { ...order.position, uri: document.file.uri } }],
      };
    },
  };
}

function invalid(node: YamlNode | undefined, document: RawDocument, found: string): RenderFault {
  return new RenderFault({
    rule: "invalid-layering-policy",
    message: `${found}, expected the layers from the most general to the most specific, each once`,
    hint: "write data: {layerOrder: [global, type, site]}",
    at: node?.position ?? document.at,
  });
}
