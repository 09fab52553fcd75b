import type { Document } from "../../design/document.ts";
import { suggest } from "../../text/suggest.ts";
import { declare } from "./declare.ts";
import type { FileContext } from "./form-b.ts";
import { closeFields, type Fields, type Located, openFields, openList, placeOf } from "./located.ts";
import type { Problems } from "./problems.ts";

/** Top-level keys that mark the one-file form, with what each holds. */
const itemLists: Readonly<Record<string, string>> = {
  host_profiles: "HostProfile",
  nodes: "Node",
  "hardware-definition": "HardwareProfile",
  hardware_definition: "HardwareProfile",
};
const siteKeys: readonly string[] = ["site_name", "webvirt", "maas_api_key", "maas_uuid", "storage"];
const headerKeys: readonly string[] = ["apiVersion", "kind", "metadata"];
const topKeys: readonly string[] = [...Object.keys(itemLists), "network", ...siteKeys];

/** Whether a document of these fields is of the one-file form. */
export function isOneFileForm(fields: Fields): boolean {
  return topKeys.some((key) => fields.values.has(key));
}

/** Reads a document that holds a whole site, or a whole list of hardware: one declaration for each member of its lists. */
export function readOneFile(document: Located, fields: Fields, context: FileContext, problems: Problems): Document[] {
  const documents: Document[] = [];
  for (const [key, value] of fields.values) {
    const kind = itemLists[key];
    if (kind !== undefined) documents.push(...readItems(value, kind, context, problems));
    else if (key === "network") documents.push(...readNetwork(value, context, problems));
    else if (!siteKeys.includes(key) && !headerKeys.includes(key)) reportUnknownKey(key, value, topKeys, problems);
  }
  const site = readSite(document, fields, context, problems);
  return site === undefined ? documents : [site, ...documents];
}

function readNetwork(value: Located, context: FileContext, problems: Problems): Document[] {
  const fields = openFields(value);
  if (fields === undefined) {
    if (value.tree !== null) reportWrongType("network", "a mapping of links and networks", value, problems);
    return [];
  }
  const documents: Document[] = [];
  for (const [key, list] of fields.values) {
    if (key === "links") documents.push(...readItems(list, "NetworkLink", context, problems));
    else if (key === "networks") documents.push(...readItems(list, "Network", context, problems));
    else reportUnknownKey(key, list, ["links", "networks"], problems);
  }
  return documents;
}

function readItems(value: Located, kind: string, context: FileContext, problems: Problems): Document[] {
  if (value.tree === null) return [];
  const list = openList(value);
  if (list === undefined) {
    reportWrongType(kind, `a list of ${kind} items`, value, problems);
    return [];
  }
  const documents: Document[] = [];
  for (const member of list.values) {
    const fields = openFields(member);
    const name = fields?.values.get("name");
    if (
      fields === undefined ||
      name === undefined ||
      name.tree === null ||
      typeof name.tree === "object" ||
      name.tree === ""
    ) {
      if (!context.complete) continue;
      problems.add({
        rule: "missing-name",
        severity: "error",
        message: `found a ${kind} without a name`,
        hint: 'add "name:" to the list member',
        at: member.source,
        kind,
      });
      continue;
    }
    fields.values.delete("name");
    documents.push(
      declare({ kind, name: String(name.tree), fields, at: member.source, form: "aic-a", ...context }, problems),
    );
  }
  return documents;
}

/** The site itself: its name, and the values of the whole site that earlier files kept beside it. */
function readSite(document: Located, fields: Fields, context: FileContext, problems: Problems): Document | undefined {
  const present = siteKeys.filter((key) => fields.values.has(key));
  if (present.length === 0) return undefined;
  const name = fields.values.get("site_name");
  if (typeof name?.tree !== "string" || name.tree === "") {
    if (context.complete) {
      problems.add({
        rule: "missing-name",
        severity: "error",
        message: `found ${present.join(", ")} without a site_name`,
        hint: 'add "site_name:" at the top',
        at: name?.source ?? document.source,
        kind: "Site",
      });
    }
    return undefined;
  }
  const legacy = new Map<string, Located>();
  for (const key of ["webvirt", "maas_uuid"]) {
    const value = fields.values.get(key);
    if (value !== undefined && value.tree !== null) legacy.set(key, value);
  }
  for (const [key, value] of openFields(fields.values.get("storage"))?.values ?? [])
    legacy.set(`storage_${key}`, value);
  const spec = new Map<string, Located>();
  if (legacy.size > 0) spec.set("legacy", closeFields({ values: legacy, source: placeOf(document.source) }));
  const apiKey = fields.values.get("maas_api_key");
  if (apiKey !== undefined && apiKey.tree !== null) {
    spec.set("legacy_provisioner_key", closeFields({ values: new Map([["literal", apiKey]]), source: apiKey.source }));
  }
  const site = { values: spec, source: document.source };
  return declare({ kind: "Site", name: name.tree, fields: site, at: name.source, form: "aic-a", ...context }, problems);
}

function reportUnknownKey(key: string, value: Located, known: readonly string[], problems: Problems): void {
  const near = suggest(key, known);
  problems.add({
    rule: "unknown-field",
    severity: "error",
    message: `field ${JSON.stringify(key)} is not known here`,
    hint: near === undefined ? `fields are ${known.join(", ")}` : `did you mean ${near}?`,
    at: value.source,
    atKey: true,
  });
}

function reportWrongType(what: string, expected: string, value: Located, problems: Problems): void {
  problems.add({
    rule: "wrong-type",
    severity: "error",
    message: `found ${what} with a value of another type, expected ${expected}`,
    hint: "see the example site for the shape",
    at: value.source,
  });
}
