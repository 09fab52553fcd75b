import {
  asText,
  closeFields,
  closeList,
  type Fields,
  type Located,
  type NoteConversion,
  openFields,
  openList,
  rename,
  rewrite,
  rewriteFields,
  rewriteMembers,
} from "../located.ts";
import { namedMembers } from "../named-members.ts";
import type { Problems } from "../problems.ts";
import { splitCommaText } from "../split-text.ts";
import { convertStorage } from "./storage.ts";

const oobFields: readonly string[] = ["type", "network", "account", "credential", "parameters"];

/** Rewrites what host profiles and nodes have in common. */
export function convertHost(fields: Fields, note: NoteConversion, problems: Problems): void {
  rewrite(fields, "oob", (value) => convertOob(value, note));
  rewrite(fields, "interfaces", (value) =>
    rewriteMembers(namedMembers(value, "name"), (one) => convertInterface(one, note)),
  );
  rewrite(fields, "storage", (value) => convertStorage(value, note, problems));
  rewrite(fields, "platform", (value) => convertPlatform(value, note));
  rewrite(fields, "metadata", (value) => convertMetadata(value, note));
}

/** Rewrites a node: what it shares with profiles, and the MAC address it boots from. */
export function convertNode(fields: Fields, note: NoteConversion, problems: Problems): void {
  const metadata = openFields(fields.values.get("metadata"));
  const bootMac = metadata?.values.get("boot_mac");
  if (metadata !== undefined && bootMac !== undefined && !fields.values.has("boot_mac")) {
    metadata.values.delete("boot_mac");
    fields.values.set("metadata", closeFields(metadata));
    fields.values.set("boot_mac", bootMac);
    note({ field: "boot_mac", message: "metadata.boot_mac is boot_mac" });
  }
  convertHost(fields, note, problems);
}

function convertOob(value: Located, note: NoteConversion): Located {
  return rewriteFields(value, (oob) => {
    rewrite(oob, "credential", (credential) => {
      if (typeof credential.tree !== "string" && typeof credential.tree !== "number") return credential;
      if (credential.tree === "!" || credential.tree === -1) return credential;
      note({ field: "oob.credential", message: "a password in clear is a literal secret" });
      const literal = asText({ tree: credential.tree, source: credential.source });
      return closeFields({ values: new Map([["literal", literal]]), source: credential.source });
    });
    const others = [...oob.values].filter(([key]) => !oobFields.includes(key.replace(/^!/, "")));
    if (others.length === 0) return;
    const parameters = openFields(oob.values.get("parameters"))?.values ?? new Map<string, Located>();
    for (const [key, parameter] of others) {
      oob.values.delete(key);
      parameters.set(key, asText(parameter));
    }
    oob.values.set(
      "parameters",
      closeFields({ values: parameters, source: oob.values.get("parameters")?.source ?? value.source }),
    );
  });
}

function convertInterface(value: Located, note: NoteConversion): Located {
  return rewriteFields(value, (fields) => {
    rename(fields, "device_name", "name", note);
    rename(fields, "network_link", "device_link", note);
    rewrite(fields, "networks", (networks) => rewriteMembers(networks, nameOfMember));
  });
}

/** `{name: X}` as X: earlier forms wrote a list of names as a list of mappings. */
function nameOfMember(member: Located): Located {
  const fields = openFields(member);
  const name = fields?.values.get("name");
  return fields?.values.size === 1 && name !== undefined ? name : member;
}

function convertPlatform(value: Located, note: NoteConversion): Located {
  return rewriteFields(value, (platform) => {
    rewrite(platform, "kernel_params", (parameters) => {
      if (parameters.tree === "default") {
        note({ field: "platform.kernel_params", message: "the word default leaves the parameters to the image" });
        return undefined;
      }
      return rewriteFields(parameters, textValues);
    });
  });
}

function convertMetadata(value: Located, note: NoteConversion): Located {
  return rewriteFields(value, (metadata) => {
    rewrite(metadata, "owner_data", (data) => rewriteFields(data, textValues));
    const roles = metadata.values.get("roles");
    if (roles === undefined) return;
    metadata.values.delete("roles");
    if (roles.tree === null) return;
    const added = openList(splitCommaText(roles))?.values ?? [];
    const tags = openList(metadata.values.get("tags"));
    metadata.values.set("tags", closeList([...(tags?.values ?? []), ...added], tags?.source ?? roles.source));
    note({ field: "metadata.tags", message: "roles are tags" });
  });
}

function textValues(fields: Fields): void {
  for (const key of fields.values.keys()) rewrite(fields, key, asText);
}
