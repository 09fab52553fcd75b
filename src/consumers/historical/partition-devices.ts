import type { Document } from "../../design/document.ts";
import type { Tree } from "../../design/tree.ts";
import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { mapOf, textOf, valueAt } from "../reading/map-draft.ts";
import type { Declaration } from "./declaration.ts";
import type { InheritedDevice } from "./item-context.ts";

/**
 * On which disks partitions are. Earlier forms list partitions apart from disks, so a child may change or remove an inherited one without naming its disk;
 * fields of disks can't be merged without knowing it.
 */
export interface PartitionDevices {
  note(declaration: Declaration): void;
  /** The same of a document that another form declares the item in. */
  noteDocument(document: Document): void;
  /**
   * The disk of a partition, or of the boot drive when no name is given, as the item's other documents say and then its profiles, nearest first, as far as
   * they were noted.
   */
  find(declaration: Declaration, partition?: string): InheritedDevice | undefined;
}

interface Noted {
  /** Tells declarations apart. */
  readonly body: YamlMap | undefined;
  readonly parent: string | undefined;
  device(partition: string | undefined): string | undefined;
}

/** A record of nothing yet. */
export function partitionDevices(): PartitionDevices {
  const byItem = new Map<string, Noted[]>();
  const add = (kind: string, name: string, noted: Noted) => {
    const key = `${kind}/${name}`;
    const known = byItem.get(key);
    if (known === undefined) byItem.set(key, [noted]);
    else known.push(noted);
  };
  return {
    note({ kind, name, body }) {
      const storage = mapOf(body, "storage");
      const parent = textOf(valueAt(body, "host_profile"));
      if (storage === undefined && parent === undefined) return;
      // Without storage the body would only be kept alive.
      if (storage === undefined) add(kind, name, { body: undefined, parent, device: () => undefined });
      else add(kind, name, { body, parent, device: (partition) => deviceIn(storage, partition) });
    },
    noteDocument({ kind, name, spec }) {
      const storage = part(spec, "storage");
      const parent = text(part(spec, "host_profile"));
      if (storage === undefined && parent === undefined) return;
      add(kind, name, { body: undefined, parent, device: (partition) => deviceInTree(storage, partition) });
    },
    find({ kind, name, body }, partition) {
      const visited = new Set<string>();
      let key = `${kind}/${name}`;
      while (!visited.has(key)) {
        visited.add(key);
        const documents = byItem.get(key) ?? [];
        for (const other of documents) {
          const device = other.body === body ? undefined : other.device(partition);
          if (device !== undefined && device !== "") return { device };
        }
        const parent = documents.find((each) => each.parent !== undefined)?.parent;
        if (parent === undefined) return undefined;
        key = `HostProfile/${parent}`;
      }
      return undefined;
    },
  };
}

function deviceIn(storage: YamlMap, partition: string | undefined): string | undefined {
  if (partition === undefined) {
    const drive = mapOf(storage, "boot_drive") ?? mapOf(storage, "bootdisk");
    return drive && textOf(valueAt(drive, "device"));
  }
  const listed = memberNamed(valueAt(storage, "partitions"), partition);
  if (listed !== undefined) return textOf(valueAt(listed, "device"));
  const devices = valueAt(storage, "physical_devices");
  const has = (device: YamlNode) =>
    device.kind === "map" && memberNamed(valueAt(device, "partitions"), partition) !== undefined;
  if (devices?.kind === "map") return devices.entries.find(({ value }) => has(value))?.key;
  const device = devices?.kind === "list" ? devices.items.find(has) : undefined;
  return device?.kind === "map" ? textOf(valueAt(device, "name")) : undefined;
}

function memberNamed(listing: YamlNode | undefined, name: string): YamlMap | undefined {
  const isIt = (each: YamlNode): each is YamlMap => each.kind === "map" && textOf(valueAt(each, "name")) === name;
  if (listing?.kind === "list") return listing.items.find(isIt);
  const value = listing?.kind === "map" ? valueAt(listing, name) : undefined;
  return value?.kind === "map" ? value : undefined;
}

/** The disk in the fields of today. */
function deviceInTree(storage: Tree | undefined, partition: string | undefined): string | undefined {
  if (partition === undefined) return text(part(part(storage, "boot_drive"), "device"));
  const isIt = (each: Tree) => text(part(each, "name")) === partition;
  const device = members(part(storage, "physical_devices")).find((each) =>
    members(part(each, "partitions")).some(isIt),
  );
  return text(part(device, "name"));
}

function part(tree: Tree | undefined, field: string): Tree | undefined {
  if (typeof tree !== "object" || tree === null || isList(tree)) return undefined;
  return Object.hasOwn(tree, field) ? tree[field] : undefined;
}

function members(tree: Tree | undefined): readonly Tree[] {
  return isList(tree) ? tree : [];
}

function isList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

function text(tree: Tree | undefined): string | undefined {
  return typeof tree === "string" ? tree : undefined;
}
