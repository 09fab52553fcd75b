import type { YamlMap } from "../../yaml/node.ts";
import { mapOf, textOf, valueAt } from "../reading/map-draft.ts";
import type { Declaration } from "./declaration.ts";
import type { InheritedDevice } from "./item-context.ts";

/**
 * On which disks partitions are. Earlier forms list partitions apart from disks, so a child may change or remove an inherited one without naming its disk;
 * fields of disks can't be merged without knowing it.
 */
export interface PartitionDevices {
  note(declaration: Declaration): void;
  /**
   * The disk of a partition, or of the boot drive when no name is given, as the item's other documents say and then its profiles, nearest first, as far as
   * they were noted.
   */
  find(declaration: Declaration, partition?: string): InheritedDevice | undefined;
}

interface Noted {
  readonly body: YamlMap;
  readonly parent: string | undefined;
  readonly storage: YamlMap | undefined;
}

/** A record of nothing yet. */
export function partitionDevices(): PartitionDevices {
  const byItem = new Map<string, Noted[]>();
  return {
    note({ kind, name, body }) {
      const storage = mapOf(body, "storage");
      const parent = textOf(valueAt(body, "host_profile"));
      if (storage === undefined && parent === undefined) return;
      const key = `${kind}/${name}`;
      const known = byItem.get(key) ?? [];
      byItem.set(key, known);
      // The body tells documents apart; without storage it would only be kept alive.
      known.push({ body: storage === undefined ? nothing : body, parent, storage });
    },
    find({ kind, name, body }, partition) {
      const visited = new Set<string>();
      let key = `${kind}/${name}`;
      while (!visited.has(key)) {
        visited.add(key);
        const documents = byItem.get(key) ?? [];
        for (const { storage, body: other } of documents) {
          const found = other === body ? undefined : deviceIn(storage, partition);
          if (found !== undefined) return found;
        }
        const parent = documents.find((each) => each.parent !== undefined)?.parent;
        if (parent === undefined) return undefined;
        key = `HostProfile/${parent}`;
      }
      return undefined;
    },
  };
}

const nothing: YamlMap = { kind: "map", entries: [], position: { line: 1, column: 1 } };

function deviceIn(storage: YamlMap | undefined, partition: string | undefined): InheritedDevice | undefined {
  const owner = partition === undefined ? bootDrive(storage) : partitionNamed(storage, partition);
  const device = owner && textOf(valueAt(owner, "device"));
  return device === undefined || device === "" ? undefined : { device };
}

function bootDrive(storage: YamlMap | undefined): YamlMap | undefined {
  return mapOf(storage, "boot_drive") ?? mapOf(storage, "bootdisk");
}

function partitionNamed(storage: YamlMap | undefined, name: string): YamlMap | undefined {
  const partitions = storage && valueAt(storage, "partitions");
  if (partitions?.kind !== "list") return undefined;
  return partitions.items.find(
    (each): each is YamlMap => each.kind === "map" && textOf(valueAt(each, "name")) === name,
  );
}
