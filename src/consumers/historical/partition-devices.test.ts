import { describe, expect, it } from "vitest";
import { readDesignFiles } from "../read-design-files.ts";

const profile = (name: string, storage: string, parent?: string) =>
  `---\napiVersion: v1\nkind: HostProfile\nmetadata: {name: ${name}}\nspec:\n${parent === undefined ? "" : `  host_profile: ${parent}\n`}  storage: ${storage}\n`;

/** What was read of the storage of the last document, and the rules found. */
function lastStorage(...texts: readonly string[]) {
  const { documents, diagnostics } = readDesignFiles(texts.map((text, index) => ({ uri: `${index}.yaml`, text })));
  return {
    storage: JSON.parse(JSON.stringify(documents.at(-1)?.spec.storage ?? null)),
    found: diagnostics.map(({ rule, location }) => `${location?.line} ${rule}`),
  };
}

const base = profile("base", "{partitions: [{name: logs, device: sda, size: 10g}, {name: data, device: sdb}]}");

describe("a partition that names no disk", () => {
  it("is on the one it is inherited on, however far away", () => {
    const middle = profile("middle", "{layout: lvm}", "base");
    const child = profile("child", "{partitions: [{name: data, size: 5g}, {name: '!logs'}]}", "middle");
    expect(lastStorage(base + middle + child)).toEqual({
      storage: {
        physical_devices: [
          { name: "sdb", partitions: [{ name: "data", size: "5g" }] },
          { name: "sda", partitions: [{ name: "!logs" }] },
        ],
      },
      found: [],
    });
  });

  it("finds it in other files, whichever is read first", () => {
    const child = profile("child", "{partitions: [{name: '!logs'}]}", "base");
    const other = lastStorage(base, child);
    expect(other.storage).toEqual({ physical_devices: [{ name: "sda", partitions: [{ name: "!logs" }] }] });
    const { documents } = readDesignFiles([child, base].map((text, index) => ({ uri: `${index}.yaml`, text })));
    expect(JSON.parse(JSON.stringify(documents[0]?.spec.storage))).toEqual(other.storage);
  });

  it("finds it in another document of the same item", () => {
    expect(lastStorage(base, profile("base", "{partitions: [{name: data, size: 7g}]}")).storage).toEqual({
      physical_devices: [{ name: "sdb", partitions: [{ name: "data", size: "7g" }] }],
    });
  });

  it("is on the boot drive when it isn't inherited, its own or an inherited one", () => {
    const boot = profile("boot", "{bootdisk: {device: nvme}}");
    expect(lastStorage(boot, profile("child", "{partitions: [{name: new, size: 1g}]}", "boot"))).toEqual({
      storage: { physical_devices: [{ name: "nvme", partitions: [{ name: "new", size: "1g" }] }] },
      found: [],
    });
  });

  it("finds it in a profile of another form, under the disk it is on", () => {
    const storage =
      "{boot_drive: {device: nvme}, physical_devices: [{name: sdc, partitions: [{name: logs, size: 1g}]}]}";
    const own = `apiVersion: bedplate/v1\nkind: HostProfile\nmetadata: {name: base}\nspec: {storage: ${storage}}\n`;
    const rendered = `schema: drydock/HostProfile/v1\nmetadata: {name: base}\ndata: {storage: ${storage}}\n`;
    const later = profile("base", "{bootdisk: {device: nvme}, physical_devices: {sdc: {partitions: [{name: logs}]}}}");
    const child = profile("child", "{partitions: [{name: logs, size: 2g}, {name: new, size: 1g}]}", "base");
    for (const parent of [own, rendered, later]) {
      expect(lastStorage(parent, child)).toEqual({
        storage: {
          physical_devices: [
            { name: "sdc", partitions: [{ name: "logs", size: "2g" }] },
            { name: "nvme", partitions: [{ name: "new", size: "1g" }] },
          ],
        },
        found: [],
      });
    }
  });

  it("is a mistake when nothing tells", () => {
    expect(lastStorage(profile("a", "{partitions: [{name: x}]}", "a")).found).toEqual(["7 missing-field"]);
    expect(lastStorage(profile("a", "{partitions: [{name: x}]}", "nobody")).found).toEqual(["7 missing-field"]);
  });

  it("may not move to another disk", () => {
    const child = profile("child", "{partitions: [{name: logs, device: sdc}, {name: data, device: sdb}]}", "base");
    expect(lastStorage(base, child).found).toEqual(["7 moved-partition"]);
  });
});
