import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { type EnvelopedItem, entryMeant, reportUnknownKeys } from "../reading/envelope.ts";
import { entryOf, isNothing, textOf } from "../reading/map-draft.ts";

/** What metadata may hold: `name`; `layer`, the layer the document belongs to; `annotations`, remarks of other tools, in which Bedplate reads nothing. */
export const metadataKeys: readonly string[] = ["name", "layer", "annotations"];

const layerName = /^[a-z][a-z0-9-]{0,62}$/;

/** Kinds whose items have labels of their own, in the spec. */
const labelledKinds: readonly string[] = ["Network", "NetworkLink", "Rack"];

/** Reads all but the name; answers the layer the document says it belongs to, empty when it says none. */
export function readMetadata(metadata: YamlMap, item: EnvelopedItem): string {
  const { problems, kind, name } = item;
  const labels = entryOf(metadata, "labels");
  if (labels !== undefined) {
    problems.add({
      rule: "unknown-field",
      severity: "error",
      message: `found labels in the metadata, expected one of ${metadataKeys.join(", ")}`,
      hint: labelHint(kind),
      at: labels.keyPosition,
      kind,
      name,
    });
  }
  const others = { ...metadata, entries: metadata.entries.filter((entry) => entry !== labels) };
  reportUnknownKeys(others, metadataKeys, "remove it, or move it to the spec", item);
  checkAnnotations(entryMeant(metadata, "annotations", metadataKeys)?.value, item);
  return readLayer(entryMeant(metadata, "layer", metadataKeys)?.value, item);
}

function labelHint(kind: string): string {
  if (labelledKinds.includes(kind)) return "write them as labels of the spec";
  if (kind === "Node" || kind === "HostProfile")
    return "write them as metadata.owner_data of the spec: selectors look there";
  return "write them as annotations, in which Bedplate reads nothing";
}

function readLayer(layer: YamlNode | undefined, { problems, kind, name }: EnvelopedItem): string {
  if (layer === undefined || isNothing(layer)) return "";
  const text = textOf(layer);
  if (text !== undefined && layerName.test(text)) return text;
  problems.add({
    rule: "invalid-name",
    severity: "error",
    message: `found ${text === undefined ? "something else" : quoteText(text)} as the layer, expected small letters, digits and "-", a letter first, at most 63`,
    hint: "write a name such as design or formation, or remove the line",
    at: layer.position,
    kind,
    name,
  });
  return "";
}

function checkAnnotations(annotations: YamlNode | undefined, { problems, kind, name }: EnvelopedItem): void {
  if (annotations === undefined || annotations.kind === "map" || isNothing(annotations)) return;
  problems.add({
    rule: "wrong-type",
    severity: "error",
    message: `found annotations with a ${annotations.kind === "list" ? "list" : "single value"}, expected a mapping`,
    hint: "write each as a name and a text",
    at: annotations.position,
    kind,
    name,
  });
}
