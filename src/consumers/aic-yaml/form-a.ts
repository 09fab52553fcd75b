import { suggest } from "../../text/suggest.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import type { Declaration } from "../historical/declaration.ts";
import { kindNamed } from "../historical/kind-names.ts";
import { entryMeant } from "../reading/envelope.ts";
import { closeMap, entryOf, isNothing, openMap, takeEntry, textOf, valueAt } from "../reading/map-draft.ts";
import { readName } from "../reading/names.ts";
import type { PartContext } from "../reading/part-context.ts";
import type { Problems } from "../reading/problems.ts";
import { checkVersion } from "./version.ts";

/** Top-level keys that hold lists of items, with the kind of each. */
const itemLists: ReadonlyMap<string, string> = new Map([
  ["host_profiles", "HostProfile"],
  ["nodes", "Node"],
  ["hardware-definition", "HardwareProfile"],
  ["hardware_definition", "HardwareProfile"],
]);
const networkLists: ReadonlyMap<string, string> = new Map([
  ["links", "NetworkLink"],
  ["networks", "Network"],
]);
const legacyKeys: readonly string[] = ["webvirt", "maas_uuid"];
const siteKeys: readonly string[] = ["site_name", "maas_api_key", "storage", ...legacyKeys];
const topKeys: readonly string[] = [...itemLists.keys(), "network", ...siteKeys];
const itemKeys: readonly string[] = [...itemLists.keys(), "network"];
const headerKeys: readonly string[] = ["apiVersion", "kind", "metadata"];
const headerKinds: readonly string[] = ["site_design", "hardware_profile"];

/**
 * Whether a document is of the one-file form. Keys such as `storage` belong to items too, so they tell nothing where a document says of what kind it is or
 * has a spec: there they have lost their indentation.
 */
export function isOneFileForm(document: YamlMap): boolean {
  const has = (key: string) => entryOf(document, key) !== undefined;
  if ([...itemLists.keys()].some(has)) return true;
  if (!has("spec") && headerKinds.includes(textOf(valueAt(document, "kind")) ?? "")) return true;
  const isEnvelope = has("spec") || kindNamed(textOf(valueAt(document, "kind")) ?? "") !== undefined;
  return !isEnvelope && ["network", ...siteKeys].some(has);
}

/** Whether a document of no form has a list or mapping under a key that looks like one of this form. */
export function looksLikeOneFileForm(document: YamlMap): boolean {
  return document.entries.some(({ key, value }) => value.kind !== "scalar" && itemKeys.includes(meantKey(key)));
}

/** The key of this form that a key is, or looks like. */
function meantKey(key: string): string {
  return topKeys.includes(key) ? key : (suggest(key, [...topKeys, ...headerKeys]) ?? key);
}

/** Reads a document that holds a whole site, or a whole list of hardware: one declaration for each member of its lists. */
export function readOneFile(document: YamlMap, context: PartContext): Declaration[] {
  const items = createItems(context);
  checkHeader(document, context.problems);
  const known = [...topKeys, ...headerKeys];
  for (const entry of document.entries) {
    // A slip is told, and the items below it are read: what refers to them is no second mistake.
    const key = entryOf(document, meantKey(entry.key)) === undefined ? meantKey(entry.key) : entry.key;
    if (!known.includes(entry.key)) reportUnknownKey(entry, known, context.problems);
    const kind = itemLists.get(key);
    if (kind !== undefined) items.readList(entry.value, kind);
    else if (key === "network") readNetwork(entry.value, items, context.problems);
  }
  const site = readSite(document, context);
  return [...(site === undefined ? [] : [site]), ...items.declarations()];
}

function checkHeader(document: YamlMap, problems: Problems): void {
  if (entryOf(document, "apiVersion") !== undefined) checkVersion(document, undefined, problems);
  const kind = valueAt(document, "kind");
  const text = textOf(kind);
  if (kind === undefined || headerKinds.includes(text ?? "")) return;
  const near = text === undefined ? undefined : suggest(text, headerKinds);
  problems.add({
    rule: "unknown-kind",
    severity: "error",
    message: `found ${text === undefined ? "a kind that is no text" : `kind ${quoteText(text)}`}, expected ${headerKinds.join(" or ")} for a file of many items`,
    hint: near === undefined ? "correct the kind, or remove the line" : `did you mean ${near}?`,
    at: kind.position,
  });
}

function readNetwork(value: YamlNode, items: Items, problems: Problems): void {
  if (isNothing(value)) return;
  if (value.kind !== "map") {
    reportWrongType("network", "a mapping of links and networks", value, problems);
    return;
  }
  for (const entry of value.entries) {
    const known = [...networkLists.keys()];
    const meant = known.find((key) => entryMeant(value, key, known) === entry);
    if (!known.includes(entry.key)) reportUnknownKey(entry, known, problems);
    if (meant !== undefined) items.readList(entry.value, networkLists.get(meant) ?? "");
  }
}

interface Items {
  readList(value: YamlNode, kind: string): void;
  /** All that were read, in the order of the document's keys. */
  declarations(): Declaration[];
}

/** Gathers the items of one document. Where the text broke off, that was in the item that begins last, and all others are whole. */
function createItems({ part, complete, problems }: PartContext): Items {
  const read: Omit<Declaration, "complete">[] = [];
  const nameless: { kind: string; at: SourcePosition; name: YamlNode | undefined }[] = [];

  function readList(value: YamlNode, kind: string): void {
    if (isNothing(value)) return;
    if (value.kind !== "list") {
      reportWrongType(`${kind} items`, "a list", value, problems);
      return;
    }
    for (const member of value.items) {
      const fields = openMap(member);
      const name = fields && takeEntry(fields, "name")?.value;
      if (fields === undefined || isNothing(name)) {
        nameless.push({ kind, at: member.position, name });
        continue;
      }
      const text = readName(name, kind, 'add "name:" to the list member', undefined, problems);
      if (text === undefined) continue;
      const body = closeMap(fields);
      read.push({ kind, name: text, body, at: member.position, nameAt: name?.position, form: "aic-a", part, problems });
    }
  }

  function declarations(): Declaration[] {
    const places = [...read, ...nameless].map(({ at }) => at);
    const last = places.reduce<SourcePosition | undefined>(
      (a, b) => (a !== undefined && isBefore(b, a) ? a : b),
      undefined,
    );
    const isWhole = (at: SourcePosition) => complete || at !== last;
    for (const { kind, at, name } of nameless) {
      if (isWhole(at)) readName(name, kind, 'add "name:" to the list member', at, problems);
    }
    return read.map((each) => ({ ...each, complete: isWhole(each.at) }));
  }

  return { readList, declarations };
}

function isBefore(a: SourcePosition, b: SourcePosition): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** The site itself: its name, and the values of the whole site that earlier files kept beside it. */
function readSite(document: YamlMap, { part, complete, problems }: PartContext): Declaration | undefined {
  const present = siteKeys.filter((key) => entryMeant(document, key, topKeys) !== undefined);
  if (present.length === 0) return undefined;
  const nameEntry = entryMeant(document, "site_name", topKeys);
  const missing = complete ? document.position : undefined;
  const name = readName(nameEntry?.value, "Site", 'add "site_name:" at the top', missing, problems);
  if (name === undefined || nameEntry === undefined) return undefined;
  const entries: YamlEntry[] = [];
  const legacy = legacyEntries(document, problems);
  const [first] = legacy;
  if (first !== undefined) {
    const position = first.keyPosition;
    entries.push({ key: "legacy", keyPosition: position, value: { kind: "map", entries: legacy, position } });
  }
  const key = entryOf(document, "maas_api_key");
  if (key !== undefined && !isNothing(key.value))
    entries.push({ ...key, key: "legacy_provisioner_key", value: secretOf(key) });
  const body: YamlMap = { kind: "map", entries, position: document.position };
  const at = nameEntry.value.position;
  return { kind: "Site", name, body, at, nameAt: nameEntry?.value.position, form: "aic-a", part, complete, problems };
}

function legacyEntries(document: YamlMap, problems: Problems): YamlEntry[] {
  const entries = legacyKeys.flatMap((key) => entryOf(document, key) ?? []);
  const storage = valueAt(document, "storage");
  if (storage?.kind === "map") {
    for (const entry of storage.entries) entries.push({ ...entry, key: `storage_${entry.key}` });
  } else if (storage !== undefined && !isNothing(storage)) {
    reportWrongType("storage", "a mapping such as {backend: ceph}", storage, problems);
  }
  return entries.filter(({ value }) => !isNothing(value));
}

/** A credential in clear is a literal; one given as a reference stays. */
function secretOf({ value }: YamlEntry): YamlNode {
  if (value.kind !== "scalar") return value;
  const literal: YamlEntry = { key: "literal", keyPosition: value.position, value };
  return { kind: "map", entries: [literal], position: value.position };
}

function reportUnknownKey({ key, keyPosition }: YamlEntry, known: readonly string[], problems: Problems): void {
  const near = suggest(key, known);
  problems.add({
    rule: "unknown-field",
    severity: "error",
    message: `found ${quoteText(key)}, expected one of ${known.join(", ")}`,
    hint:
      near === undefined ? "remove it, or indent it if it belongs to what stands above it" : `did you mean ${near}?`,
    at: keyPosition,
  });
}

function reportWrongType(what: string, expected: string, value: YamlNode, problems: Problems): void {
  problems.add({
    rule: "wrong-type",
    severity: "error",
    message: `found ${what} with ${value.kind === "scalar" ? "a single value" : value.kind === "map" ? "a mapping" : "a list"}, expected ${expected}`,
    hint: "docs/site-engineer.md shows the shape",
    at: value.position,
  });
}
