import {
  closeList,
  type Fields,
  type Located,
  type NoteConversion,
  openFields,
  openList,
  rename,
  rewrite,
  rewriteFields,
  scalar,
} from "../located.ts";
import { namedMembers, withKey } from "../named-members.ts";

const buses: readonly string[] = ["pci", "scsi"];

/** Rewrites the fields of a hardware profile: earlier names, capital letters, and aliases grouped by bus. */
export function convertHardwareProfile(fields: Fields, note: NoteConversion): void {
  rename(fields, "version", "hw_version", note);
  rename(fields, "bios", "bios_version", note);
  rename(fields, "boot_protocol", "bootstrap_protocol", note);
  for (const key of ["boot_mode", "bootstrap_protocol"]) {
    rewrite(fields, key, (value) => {
      if (typeof value.tree !== "string" || value.tree === value.tree.toLowerCase()) return value;
      note({ field: key, message: `${value.tree} is ${value.tree.toLowerCase()}` });
      return scalar(value.tree.toLowerCase(), value.source);
    });
  }
  rewrite(fields, "device_aliases", (value) => convertAliases(value, note));
  rewrite(fields, "hugepages", (value) => namedMembers(value, "name"));
}

function convertAliases(value: Located, note: NoteConversion): Located {
  const fields = openFields(value);
  const list = fields === undefined ? openList(value) : undefined;
  if (list !== undefined)
    return closeList(
      list.values.map((alias) => convertAlias(alias, undefined)),
      list.source,
    );
  if (fields === undefined) return value;
  const aliases: Located[] = [];
  for (const [key, group] of fields.values) {
    if (buses.includes(key)) aliases.push(...aliasesOfBus(group, key));
    else aliases.push(convertAlias(withKey(group, "alias", key), undefined));
  }
  note({ field: "device_aliases", message: "aliases by bus are one list" });
  return closeList(aliases, value.source);
}

/** A group is a list of aliases, or one alias written without a list. */
function aliasesOfBus(group: Located, bus: string): Located[] {
  const members = openList(group)?.values ?? (group.tree === null ? [] : [group]);
  return members.map((alias) => convertAlias(alias, bus));
}

function convertAlias(alias: Located, bus: string | undefined): Located {
  return rewriteFields(alias, (fields) => {
    rename(fields, "type", "dev_type");
    const address = fields.values.get("address");
    if (typeof address?.tree === "string") {
      const at = address.tree.indexOf("@");
      const prefix = at > 0 ? address.tree.slice(0, at) : undefined;
      if (prefix !== undefined) fields.values.set("address", scalar(address.tree.slice(at + 1), address.source));
      const type = prefix ?? bus;
      if (type !== undefined && !fields.values.has("bus_type"))
        fields.values.set("bus_type", scalar(type, address.source));
    }
  });
}
