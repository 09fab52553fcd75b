import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const usual = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ofFat = /^[0-9A-F]{4}-[0-9A-F]{4}$/i;
const ofLvm = /^[A-Za-z0-9]{6}-(?:[A-Za-z0-9]{4}-){5}[A-Za-z0-9]{6}$/;

interface Uuid {
  readonly field: string;
  readonly text: string;
  readonly forms: readonly RegExp[];
}

/** A UUID is one, of one thing. */
export const storageUuid: ItemRule = {
  id: "storage-uuid",
  severity: "error",
  summary:
    "UUIDs of partitions, RAIDs, volumes, groups and file systems are in their usual form, and each belongs to one of them.",
  why: `A UUID is written as \`xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\` in hex digits (FAT file systems have \`XXXX-XXXX\`, LVM its own form). Two parts with one UUID can't be told apart at boot. Leave UUIDs out unless something refers to them.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check({ kind, name, tree }) {
    const storage = mapAt(tree, "storage");
    if (storage === undefined) return [];
    const owners = new Map<string, string>();
    return uuidsOf(storage).flatMap(({ field, text, forms }): Finding[] => {
      if (!forms.some((form) => form.test(text))) {
        const hint = "write one as uuidgen gives it, or leave it out";
        return [{ field, message: `${shown(text)} is no UUID`, hint }];
      }
      const owner = owners.get(text.toLowerCase());
      if (owner === undefined) {
        owners.set(text.toLowerCase(), field);
        return [];
      }
      const related = [{ kind, name, field: owner, message: "the other" }];
      return [{ field, message: `UUID ${shown(text)} is given twice`, hint: "give each its own", related }];
    });
  },
};

const known = new WeakMap<TreeMap, readonly Uuid[]>();

function uuidsOf(storage: TreeMap): readonly Uuid[] {
  const before = known.get(storage);
  if (before !== undefined) return before;
  const found: Uuid[] = [];
  const note = (owner: TreeMap | undefined, key: string, path: string, ...forms: RegExp[]) => {
    const text = textAt(owner, key);
    if (text !== undefined) found.push({ field: `${path}.${key}`, text, forms: [usual, ...forms] });
  };
  const areas = [
    ["physical_devices", "partitions", "part_uuid", undefined],
    ["volume_groups", "logical_volumes", "lv_uuid", "vg_uuid"],
  ] as const;
  for (const [outer, inner, own, ofArea] of areas) {
    for (const area of membersAt(storage, outer)) {
      const path = memberPath(`storage.${outer}`, textAt(area, "name") ?? "");
      if (ofArea !== undefined) note(area, ofArea, path, ofLvm);
      for (const part of membersAt(area, inner)) {
        const below = memberPath(`${path}.${inner}`, textAt(part, "name") ?? "");
        note(part, own, below, ofLvm);
        note(mapAt(part, "filesystem"), "fs_uuid", `${below}.filesystem`, ofFat);
      }
    }
  }
  for (const raid of membersAt(storage, "raids")) {
    const path = memberPath("storage.raids", textAt(raid, "name") ?? "");
    note(raid, "uuid", path);
    note(mapAt(raid, "filesystem"), "fs_uuid", `${path}.filesystem`, ofFat);
  }
  known.set(storage, found);
  return found;
}
