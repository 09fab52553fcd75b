import { suggest } from "../../../text/suggest.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../../../yaml/node.ts";
import {
  isNothing,
  isRemoval,
  listOf,
  type MapDraft,
  putEntry,
  rename,
  rewrite,
  rewriteMap,
  rewriteMembers,
  takeEntry,
  textAt,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";
import { splitCommaText } from "../split-text.ts";
import { movePrimaryFlags } from "./primary-flag.ts";
import { convertStorage } from "./storage.ts";

const oobFields: readonly string[] = ["type", "network", "account", "credential", "parameters"];

/** Rewrites what host profiles and nodes have in common. */
export function convertHost(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "oob", (value) => convertOob(value, item));
  rewrite(fields, "interfaces", (value) =>
    rewriteMembers(membersByName(value, item), (one) => convertInterface(one, item)),
  );
  movePrimaryFlags(fields, item);
  const inherits = !isNothing(valueAt(fields, "host_profile"));
  rewrite(fields, "storage", (value) => convertStorage(value, inherits, item));
  rewrite(fields, "platform", (value) => convertPlatform(value, item));
  rewrite(fields, "metadata", (value) => convertMetadata(value, item));
}

function convertOob(value: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(value, (oob) => {
    rewrite(oob, "credential", (credential) => {
      if (credential.kind !== "scalar" || isNothing(credential) || isRemoval(credential)) return credential;
      item.note("oob.credential", "a password in clear is a literal secret");
      const literal: YamlEntry = { key: "literal", keyPosition: credential.position, value: credential };
      return { kind: "map", entries: [literal], position: credential.position };
    });
    moveParameters(oob, item);
  });
}

/** Earlier forms had further parameters beside the known fields. One that looks like a known field is left, for the engine to report. */
function moveParameters(oob: MapDraft, item: ItemContext): void {
  const written = valueAt(oob, "parameters");
  if (!isNothing(written) && written?.kind !== "map") return;
  const isParameter = (key: string) => !oobFields.includes(key) && suggest(key, oobFields) === undefined;
  const others = oob.entries.filter(({ key }) => isParameter(key.replace(/^!/, "")));
  if (others.length === 0) return;
  for (const { key } of others) {
    takeEntry(oob, key);
    item.note(memberPath("oob.parameters", key.replace(/^!/, "")), "a further parameter beside the others");
  }
  const entries = [...(written?.kind === "map" ? written.entries : []), ...others];
  const position = written?.position ?? oob.position;
  putEntry(oob, { key: "parameters", keyPosition: position, value: { kind: "map", entries, position } });
}

function membersByName(value: YamlNode, item: ItemContext): YamlNode {
  const members = namedMembers(value, "name", "interfaces", item, ["name", "device_name"]);
  if (value.kind === "map") item.note("interfaces", "interfaces by name are a list");
  return members;
}

function convertInterface(value: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(value, (fields) => {
    rename(fields, "device_name", "name");
    const path = memberPath("interfaces", textOf(valueAt(fields, "name")) ?? "");
    if (rename(fields, "network_link", "device_link"))
      item.note(fieldBelow(path, "device_link"), "network_link is device_link");
    rewrite(fields, "networks", (networks) => {
      if (networks.kind !== "list") return networks;
      const names = networks.items.map(nameOfMember);
      if (names.every((name, index) => name === networks.items[index])) return networks;
      item.note(fieldBelow(path, "networks"), "networks are given by their names");
      return listOf(names, networks.position);
    });
    rewrite(fields, "sriov", (sriov) =>
      rewriteMap(sriov, (settings) => {
        if (rename(settings, "trustmode", "trustedmode"))
          item.note(fieldBelow(path, "sriov.trustedmode"), "trustmode is trustedmode");
      }),
    );
  });
}

/** `{name: X}` as X: earlier forms wrote a list of names as a list of mappings. */
function nameOfMember(member: YamlNode): YamlNode {
  if (member.kind !== "map" || member.entries.length !== 1) return member;
  return valueAt(member, "name") ?? member;
}

function convertPlatform(value: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(value, (platform) =>
    rewrite(platform, "kernel_params", (parameters) => {
      if (parameters.kind === "map") return withTruthTexts(parameters, "platform.kernel_params", item);
      if (parameters.kind !== "scalar" || parameters.value !== "default") return parameters;
      item.note("platform.kernel_params", "the word default leaves the parameters to the image");
      return undefined;
    }),
  );
}

/** Truth values of kernel parameters as one spelling each, however they were written: what stands for a bare flag is told by it. */
function withTruthTexts(parameters: YamlMap, path: string, item: ItemContext): YamlMap {
  const isOther = ({ value }: YamlEntry) =>
    value.kind === "scalar" && typeof value.value === "boolean" && value.text !== String(value.value);
  if (!parameters.entries.some(isOther)) return parameters;
  const entries = parameters.entries.map((entry) => {
    if (entry.value.kind !== "scalar" || !isOther(entry)) return entry;
    const text = String(entry.value.value);
    item.note(memberPath(path, entry.key), `${entry.value.text} is ${text}`);
    return { ...entry, value: textAt(text, entry.value.position) };
  });
  return { ...parameters, entries };
}

function convertMetadata(value: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(value, (metadata) => {
    const roles = valueAt(metadata, "roles");
    const tags = valueAt(metadata, "tags");
    // Anything but a list of tags is the engine's to report, with the roles it stands in the way of.
    if (roles === undefined || (!isNothing(tags) && tags?.kind !== "list")) return;
    const entry = takeEntry(metadata, "roles");
    if (entry === undefined || isNothing(roles) || isRemoval(roles)) return;
    const added = splitCommaText(roles);
    const given = tags?.kind === "list" ? tags.items : [];
    const known = new Set(given.map(textOf));
    const more = (added.kind === "list" ? added.items : [added]).filter((role) => !known.has(textOf(role) ?? ""));
    const list = listOf([...given, ...more], tags?.kind === "list" ? tags.position : roles.position);
    putEntry(metadata, { key: "tags", keyPosition: entry.keyPosition, value: list });
    item.note("metadata.tags", "roles are tags");
  });
}
