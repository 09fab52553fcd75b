import { suggest } from "../../../text/suggest.ts";
import type { YamlEntry, YamlNode } from "../../../yaml/node.ts";
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
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";
import { splitCommaText } from "../split-text.ts";
import { convertStorage } from "./storage.ts";

const oobFields: readonly string[] = ["type", "network", "account", "credential", "parameters"];

/** Rewrites what host profiles and nodes have in common. */
export function convertHost(fields: MapDraft, item: ItemContext): void {
  rewrite(fields, "oob", (value) => convertOob(value, item));
  rewrite(fields, "interfaces", (value) =>
    rewriteMembers(namedMembers(value, "name", "interfaces", item), (one) => convertInterface(one, item)),
  );
  rewrite(fields, "storage", (value) => convertStorage(value, item));
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

function convertInterface(value: YamlNode, item: ItemContext): YamlNode {
  return rewriteMap(value, (fields) => {
    rename(fields, "device_name", "name");
    const path = memberPath("interfaces", textOf(valueAt(fields, "name")) ?? "");
    if (rename(fields, "network_link", "device_link"))
      item.note(fieldBelow(path, "device_link"), "network_link is device_link");
    rewrite(fields, "networks", (networks) => rewriteMembers(networks, nameOfMember));
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
      if (parameters.kind !== "scalar" || parameters.value !== "default") return parameters;
      item.note("platform.kernel_params", "the word default leaves the parameters to the image");
      return undefined;
    }),
  );
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
