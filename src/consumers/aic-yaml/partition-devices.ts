import type { YamlMap } from "../../yaml/node.ts";
import type { Declaration } from "./declaration.ts";
import type { InheritedDevice } from "./item-context.ts";
import { mapOf, textOf, valueAt } from "./map-draft.ts";

/** Tells on which disk the partitions of an item are that don't say so themselves. */
export type FindDevice = (declaration: Declaration, partition?: string) => InheritedDevice | undefined;

/**
 * Earlier forms list partitions apart from disks, so a child may change or remove an inherited one without naming its disk; fields of disks can't be
 * merged without knowing it. Looks through the item's other documents and then its profiles, nearest first, as far as they are among `declarations`.
 */
export function partitionDevices(declarations: readonly Declaration[]): FindDevice {
  let byItem: Map<string, Declaration[]> | undefined;
  const of = (kind: string, name: string) => {
    byItem ??= Map.groupBy(declarations, (each) => `${each.kind}/${each.name}`);
    return byItem.get(`${kind}/${name}`) ?? [];
  };
  return (declaration, partition) => {
    const visited = new Set<string>();
    let { kind, name } = declaration;
    for (;;) {
      const key = `${kind}/${name}`;
      if (visited.has(key)) return undefined;
      visited.add(key);
      const documents = of(kind, name);
      for (const each of documents) {
        const found = each === declaration ? undefined : deviceIn(each, partition);
        if (found !== undefined) return found;
      }
      const parent = documents
        .map((each) => textOf(valueAt(each.body, "host_profile")))
        .find((text) => text !== undefined);
      if (parent === undefined) return undefined;
      kind = "HostProfile";
      name = parent;
    }
  };
}

function deviceIn({ body, problems }: Declaration, partition: string | undefined): InheritedDevice | undefined {
  const storage = mapOf(body, "storage");
  const owner = partition === undefined ? bootDrive(storage) : partitionNamed(storage, partition);
  const node = owner && valueAt(owner, "device");
  const device = textOf(node);
  if (device === undefined || device === "" || node === undefined) return undefined;
  return { device, uri: problems.uri, at: node.position };
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
