import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StorageSpecSchema } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import { fc } from "../support/property.ts";
import { labMachine, type ServerInit } from "./maas-lab.ts";
import { commissionedLab, serverSpec } from "./maas-specs.ts";
import { checkStorage, readStorage } from "./storage-fields.ts";

type Storage = Exclude<MessageInitShape<typeof StorageSpecSchema>, { $typeName: string }>;
type Use = "filesystem" | "swap" | "nothing" | "g0" | "g1" | "md0" | "md1" | "md0 spare";

const NAMES = ["sda", "sdb", "sdc", "sdd", "sde"] as const;
const SIZES = ["20G", "500G", "97G", "1000G", "333333333333"];

const use = fc.constantFrom<Use>("filesystem", "swap", "nothing", "g0", "g1", "md0", "md1", "md0 spare");
const partition = fc.record({
  use,
  size: fc.oneof(
    fc.integer({ min: 1, max: 3 }).map((size) => `${size}g`),
    fc.integer({ min: 1000, max: 2900 }).map((size) => `${size}mi`),
    fc.integer({ min: 50, max: 200 }).map((tenths) => `${tenths / 10}%`),
  ),
  uuid: fc.option(fc.uuid({ version: 4 }), { nil: "" }),
  bootable: fc.boolean(),
});
const disk = fc.oneof(
  fc.constant({ kind: "alone" } as const),
  fc.record({
    kind: fc.constant("partitions" as const),
    partitions: fc.array(partition, { minLength: 1, maxLength: 4 }),
    takesRest: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("whole" as const), use: fc.constantFrom<Use>("g0", "g1", "md0", "md1", "md0 spare") }),
);
const volume = fc.record({
  share: fc.integer({ min: 5, max: 30 }),
  uuid: fc.option(fc.uuid({ version: 4 }), { nil: "" }),
});
const choice = fc.record({
  disks: fc.tuple(disk, disk, disk, disk, disk),
  boot: fc.option(fc.constantFrom(...NAMES), { nil: "" }),
  level: fc.integer({ min: 0, max: 4 }),
  raidsInGroup: fc.boolean(),
  volumes: fc.array(volume, { maxLength: 3 }),
  takesRest: fc.boolean(),
  fstype: fc.constantFrom("ext4", "xfs", "btrfs"),
  options: fc.constantFrom("", "noatime"),
  label: fc.constantFrom("", "data"),
});

/** A specification that can be: RAIDs have members enough, and mountpoints are given once. */
function storageOf(chosen: typeof choice extends fc.Arbitrary<infer T> ? T : never): Storage {
  const { disks, boot, level, raidsInGroup, volumes, takesRest, fstype, options, label } = chosen;
  const uses = disks.flatMap((one) =>
    one.kind === "partitions" ? one.partitions.map((part) => part.use) : one.kind === "whole" ? [one.use] : [],
  );
  const count = (wanted: Use) => uses.filter((each) => each === wanted).length;
  const levels = (members: number) =>
    ["raid-0", "raid-1", "raid-5", "raid-6", "raid-10"].filter((_, index) => members >= ([2, 2, 3, 4, 3][index] ?? 2));
  const levelOf = (name: "md0" | "md1") => {
    const fitting = levels(count(name)).filter((each) => each !== "raid-0" || name === "md1");
    return fitting[level % Math.max(fitting.length, 1)];
  };
  let places = 0;
  const filesystem = () => {
    places += 1;
    const mountpoint = places === 1 ? "/" : `/mnt/${places}`;
    return { mountpoint, fstype, mountOptions: options, fsLabel: label };
  };
  const member = (used: Use) => {
    const [name = "", spare] = used.split(" ");
    if (used === "g0" || used === "g1") return { volumeGroup: used };
    if (name !== "md0" && name !== "md1") return {};
    return levelOf(name) === undefined ? {} : { raid: name, raidSpare: spare !== undefined };
  };
  const content = (used: Use) => {
    if (used === "filesystem") return { filesystem: filesystem() };
    return used === "swap" ? { filesystem: { fstype: "swap", mountpoint: "none" } } : member(used);
  };
  const raids = (["md0", "md1"] as const).flatMap((name) => {
    const found = levelOf(name);
    if (found === undefined) return [];
    const on = raidsInGroup && name === "md1" ? { volumeGroup: "g1" } : { filesystem: filesystem() };
    return [{ name, level: found, ...on }];
  });
  const groups = (["g0", "g1"] as const).filter(
    (name) => count(name) > 0 || raids.some((raid) => "volumeGroup" in raid && raid.volumeGroup === name),
  );
  return {
    bootDevice: boot,
    disks: disks.map((one, index) => {
      const device = NAMES[index] ?? "";
      if (one.kind === "alone") return { device };
      if (one.kind === "whole") return { device, ...member(one.use) };
      const last = one.partitions.length - 1;
      const partitions = one.partitions.map(({ use: used, size, uuid, bootable }, at) => {
        const full = at === last && one.takesRest ? ">1g" : size;
        return { name: `p${at}`, size: full, partUuid: uuid, bootable, ...content(used) };
      });
      return { device, partitions };
    }),
    raids,
    volumeGroups: groups.map((name) => ({
      name,
      logicalVolumes: volumes.map(({ share, uuid }, at) => ({
        name: `v${at}`,
        size: takesRest && at === volumes.length - 1 ? ">1%" : `${share}%`,
        lvUuid: name === "g0" ? uuid : "",
        filesystem: filesystem(),
      })),
    })),
  };
}

test("any storage comes about on any disks, whatever was there, and then nothing is left to do", async () => {
  const lab = await commissionedLab(
    labMachine(1, {
      boot_method: "bios",
      disks: NAMES.map((name, index) => ({ name, serial: `S${index}`, size: SIZES[index] })),
    }),
  );
  const phase = ServerPhase.STORAGE_CONFIGURED;
  await fc.assert(
    fc.asyncProperty(choice, async (chosen) => {
      const storage = storageOf(chosen);
      const spec: ServerInit = { ...serverSpec(), interfaces: [], aliases: [], storage };
      await lab.phase(spec, phase);
      expect((await lab.driver.server.planServer({ target: lab.target, spec, phase })).changes).toEqual([]);
      const writes = (await lab.ledger()).length;
      expect((await lab.phase(spec, phase)).done.changed).toBe(false);
      expect((await lab.ledger()).length).toBe(writes);
      checkStorage(create(StorageSpecSchema, storage), await readStorage(lab, "n1"));
    }),
    { numRuns: 20 },
  );
}, 120_000);
