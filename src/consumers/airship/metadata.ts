import type { SourcePosition, YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { isNothing, textOf, valueAt } from "../reading/map-draft.ts";
import { type EnvelopeFault, reportUnknownKeys, wrong } from "./envelope-faults.ts";
import { type LabelTable, labelOf, showLabel } from "./labels.ts";
import { pythonValue } from "./python-value.ts";
import type { Action, MetadataParts, PlacedText, SelectorEntry } from "./raw-document.ts";
import { readSubstitutions } from "./substitution-entries.ts";

interface Reading {
  /** Of the document. */
  readonly at: SourcePosition;
  readonly labels: LabelTable;
  readonly faults: EnvelopeFault[];
}

const metadataKeys: readonly string[] = [
  ...["schema", "name", "storagePolicy", "layeringDefinition", "labels", "replacement", "substitutions"],
];
const layeringKeys: readonly string[] = ["layer", "abstract", "parentSelector", "actions"];
const none: readonly never[] = [];

/** Reads the metadata of a document; what is wrong with them goes to the faults. */
export function readMetadata(metadata: YamlNode | undefined, reading: Reading): MetadataParts {
  const { at, faults } = reading;
  const parts = {
    name: "",
    nameAt: metadata?.position ?? at,
    abstract: false,
    labels: none,
    actions: none,
    substitutions: none,
    encrypted: false,
  };
  if (metadata?.kind !== "map") {
    const found = isNothing(metadata) ? "no metadata" : "metadata that are no mapping";
    faults.push(
      wrong(
        metadata?.position ?? at,
        `found ${found}, expected schema, name and layeringDefinition`,
        'add "metadata:" with "name:" below it',
      ),
    );
    return parts;
  }
  const schema = valueAt(metadata, "schema");
  const isControl = textOf(schema)?.startsWith("metadata/Control/") === true;
  checkSchema(schema, metadata, faults);
  if (!isControl) reportUnknownKeys(metadata, metadataKeys, "metadata", faults);
  const name = valueAt(metadata, "name");
  if (name?.kind === "scalar" && !isNothing(name) && typeof pythonValue(name) !== "string") {
    faults.push(
      wrong(name.position, "found a name that is no text, expected it in quotes", `write name: '${name.text}'`),
    );
  }
  const encrypted = readPolicy(valueAt(metadata, "storagePolicy"), isControl, metadata, faults);
  const layering = readLayering(valueAt(metadata, "layeringDefinition"), isControl, metadata, faults);
  const replacement = valueAt(metadata, "replacement");
  return {
    ...parts,
    ...layering,
    name: textOf(name) ?? "",
    nameAt: name?.position ?? metadata.position,
    ...(name !== undefined && { nameNode: name }),
    encrypted,
    labels: readLabels(valueAt(metadata, "labels"), reading),
    ...(readFlag(replacement, "replacement", faults) && replacement && { replacementAt: replacement.position }),
    substitutions: readSubstitutions(valueAt(metadata, "substitutions"), faults),
  };
}

function checkSchema(schema: YamlNode | undefined, metadata: YamlMap, faults: EnvelopeFault[]): void {
  const text = textOf(schema);
  if (text === "metadata/Document/v1" || text === "metadata/Control/v1") return;
  const found = text === undefined ? "no schema of the metadata" : `the schema ${quoteText(text)} of the metadata`;
  const fault = wrong(
    schema?.position ?? metadata.position,
    `found ${found}, expected metadata/Document/v1 or metadata/Control/v1`,
    "write schema: metadata/Document/v1",
  );
  faults.push(schema === undefined ? { ...fault, absent: true } : fault);
}

function readPolicy(
  policy: YamlNode | undefined,
  isControl: boolean,
  metadata: YamlMap,
  faults: EnvelopeFault[],
): boolean {
  const text = textOf(policy);
  if (text === "encrypted") return true;
  if (text === "cleartext" || (policy === undefined && isControl)) return false;
  const found = policy === undefined ? "no storagePolicy" : "another storagePolicy";
  const at = policy?.position ?? metadata.position;
  const fault = wrong(at, `found ${found}, expected cleartext or encrypted`, "write storagePolicy: cleartext");
  faults.push(policy === undefined ? { ...fault, absent: true } : fault);
  return false;
}

function readLabels(labels: YamlNode | undefined, { labels: table, faults }: Reading): readonly string[] {
  if (labels === undefined) return none;
  if (labels.kind !== "map") {
    faults.push(
      wrong(
        labels.position,
        "found labels that are no mapping, expected a value for each label",
        "write a label a line, or remove labels:",
      ),
    );
    return none;
  }
  const found: string[] = [];
  for (const { key, value } of labels.entries) {
    if (value.kind === "scalar") found.push(labelOf(key, value));
    else
      faults.push(
        wrong(value.position, "found a label with several values, expected one value", "give each its own label"),
      );
  }
  return table.keep(found);
}

interface Layering {
  readonly layer?: PlacedText;
  readonly abstract: boolean;
  readonly selector?: readonly SelectorEntry[];
  readonly selectorAt?: SourcePosition;
  readonly actions: readonly Action[];
}

function readLayering(
  node: YamlNode | undefined,
  isControl: boolean,
  metadata: YamlMap,
  faults: EnvelopeFault[],
): Layering {
  if (node?.kind !== "map") {
    if (node !== undefined || !isControl) {
      const found = node === undefined ? "no layeringDefinition" : "a layeringDefinition that is no mapping";
      faults.push({
        ...wrong(
          node?.position ?? metadata.position,
          `found ${found}, expected one that names the layer`,
          "add layeringDefinition: {abstract: false, layer: site}",
        ),
        ...(node === undefined && { rule: "invalid-document-layer", absent: true }),
      });
    }
    return { abstract: false, actions: none };
  }
  if (!isControl) reportUnknownKeys(node, layeringKeys, "layeringDefinition", faults);
  const layer = valueAt(node, "layer");
  const text = textOf(layer);
  if (text === undefined && !isControl) {
    faults.push({
      rule: "invalid-document-layer",
      message: "found no layer, expected one of the layering policy",
      hint: "add layer: to the layeringDefinition",
      at: layer?.position ?? node.position,
      ...(layer === undefined && { absent: true }),
    });
  }
  const selector = valueAt(node, "parentSelector");
  const actions = valueAt(node, "actions");
  if ((selector === undefined) !== (actions === undefined)) {
    const [has, lacks] = selector === undefined ? ["actions", "parentSelector"] : ["parentSelector", "actions"];
    faults.push(
      wrong(
        (selector ?? actions ?? node).position,
        `found ${has} without ${lacks}, expected both or none`,
        `add ${lacks}:, or remove ${has}:`,
      ),
    );
  }
  return {
    ...(layer !== undefined && text !== undefined && { layer: { text, at: layer.position } }),
    abstract: readFlag(valueAt(node, "abstract"), "abstract", faults),
    ...(selector !== undefined && { selector: readSelector(selector, faults), selectorAt: selector.position }),
    actions: actions === undefined ? none : readActions(actions, faults),
  };
}

function readFlag(node: YamlNode | undefined, key: string, faults: EnvelopeFault[]): boolean {
  if (node === undefined) return false;
  const value = node.kind === "scalar" ? pythonValue(node) : undefined;
  if (typeof value === "boolean") return value;
  faults.push(
    wrong(node.position, `found ${key} that is neither true nor false`, `write ${key}: true, or leave it out`),
  );
  return false;
}

function readSelector(node: YamlNode, faults: EnvelopeFault[]): readonly SelectorEntry[] {
  if (node.kind !== "map" || node.entries.length === 0) {
    faults.push(
      wrong(
        node.position,
        "found a parentSelector without a label, expected at least one",
        "name a label of the parent, or remove parentSelector: and actions:",
      ),
    );
    return none;
  }
  return node.entries.flatMap(({ key, keyPosition, value }): SelectorEntry[] => {
    if (value.kind === "scalar") return [{ label: labelOf(key, value), shown: showLabel(key, value), at: keyPosition }];
    faults.push(
      wrong(
        value.position,
        "found a selector with several values for a label, expected one value",
        "select by one value",
      ),
    );
    return [];
  });
}

function readActions(node: YamlNode, faults: EnvelopeFault[]): readonly Action[] {
  if (node.kind !== "list" || node.items.length === 0) {
    faults.push(
      wrong(node.position, "found no list of actions, expected at least one", "write - {method: merge, path: .}"),
    );
    return none;
  }
  return node.items.flatMap((item): Action[] => {
    const method = item.kind === "map" ? valueAt(item, "method") : undefined;
    const path = item.kind === "map" ? valueAt(item, "path") : undefined;
    const [methodText, pathText] = [textOf(method), textOf(path)];
    if (item.kind === "map" && method && path && methodText !== undefined && pathText !== undefined) {
      reportUnknownKeys(item, ["method", "path"], "an action", faults);
      return [{ method: { text: methodText, at: method.position }, path: { text: pathText, at: path.position } }];
    }
    faults.push(wrong(item.position, "found an action without a method or a path", "write - {method: merge, path: .}"));
    return [];
  });
}
