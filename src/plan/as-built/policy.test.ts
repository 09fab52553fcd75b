import { describe, expect, test } from "vitest";
import type { TreeMap } from "../../design/tree.ts";
import { compareHardware } from "../compare-hardware.ts";
import type { BuiltHardware } from "../find-device.ts";

const GIB = 1024;

const BUILT: BuiltHardware = {
  systemVendor: "Dell Inc.",
  systemProduct: "PowerEdge R740",
  firmwareVersion: "2.10.2",
  bootMode: "uefi",
  architecture: "amd64",
  cpuModel: "Intel(R) Xeon(R) Gold 6154 CPU @ 3.00GHz",
  cpuCount: 72,
  memoryMib: 256 * GIB,
  nics: [
    nic("0000:18:00.0", "52:54:00:00:00:01"),
    nic("0000:18:00.1", "52:54:00:00:00:02"),
    // The port through which the BMC talks to the operating system.
    { ...nic("", "52:54:00:00:00:0f"), vendor: "", product: "", firmwareVersion: "" },
  ],
  disks: [disk("sda", "2:0.0.0", "480103981056"), disk("sdb", "2:1.0.0", "1920383410176")],
  devices: [
    { pciAddress: "0000:18:00.0", vendorId: "8086", productId: "1572", driver: "i40e" },
    { pciAddress: "0000:3b:00.0", vendorId: "1000", productId: "005d", driver: "" },
  ],
  modules: ["i40e", "megaraid_sas"],
  source: "node",
};

const PROFILE: TreeMap = {
  vendor: "Dell",
  product: "PowerEdge R740",
  bios_version: "2.10.2",
  boot_mode: "uefi",
  architecture: "x86_64",
  cpu_model: "Xeon Gold 6154",
  cpu_count: 72,
  memory: "256gi",
  nic_count: 2,
  disk_count: 2,
  device_aliases: [
    { alias: "nic1", bus_type: "pci", address: "0000:18:00.0", dev_type: "X710", firmware_version: "6.01" },
    { alias: "os", bus_type: "scsi", address: "2:0.0.0", size: "480g", firmware_version: "1.0" },
  ],
  hardware_drivers: [
    { name: "i40e", pci_ids: ["8086:1572"] },
    { name: "megaraid-sas", modaliases: ["pci:*"] },
  ],
};

function nic(pciAddress: string, mac: string): BuiltHardware["nics"][number] {
  return {
    ...{ logicalName: "ens1", pciAddress, mac, vendor: "Intel Corporation" },
    ...{ product: "Ethernet Controller X710 for 10GbE SFP+", firmwareVersion: "6.01 0x800034b2 1.1747.0" },
  };
}

function disk(logicalName: string, scsiAddress: string, sizeBytes: string): BuiltHardware["disks"][number] {
  return { logicalName, scsiAddress, serial: logicalName, wwn: "", model: "SSD", sizeBytes, firmwareVersion: "1.0" };
}

const compare = (profile: TreeMap, built: Partial<BuiltHardware> = {}, used: readonly string[] = []) =>
  compareHardware(profile, { ...BUILT, ...built }, new Set(used));

describe("what a profile says of a machine", () => {
  test("a machine as designed has no difference in anything, and tells of everything", () => {
    expect(compare(PROFILE)).toEqual({ fits: true, differences: [], unusedWaivers: [], untold: [] });
  });

  test.each<[string, TreeMap, string, string]>([
    ["vendor", { vendor: "HPE" }, "HPE", "Dell Inc."],
    ["product", { product: "PowerEdge R74" }, "PowerEdge R74", "PowerEdge R740"],
    ["product", { product: "PowerEdge R740xd" }, "PowerEdge R740xd", "PowerEdge R740"],
    ["bios_version", { bios_version: "2.1" }, "2.1", "2.10.2"],
    ["bios_version", { bios_version: "2.10" }, "2.10", "2.10.2"],
    ["boot_mode", { boot_mode: "bios" }, "bios", "uefi"],
    ["architecture", { architecture: "arm64" }, "arm64", "amd64"],
    ["cpu_model", { cpu_model: "Gold 615" }, "Gold 615", BUILT.cpuModel],
    ["cpu_count", { cpu_count: 36 }, "36", "72"],
    ["memory", { memory: "512gi" }, "512gi", "262144mi"],
    ["nic_count", { nic_count: 4 }, "4", "2"],
    ["disk_count", { disk_count: 3 }, "3", "2"],
    ['hardware_drivers["mpt3sas"]', { hardware_drivers: [{ name: "mpt3sas", pci_ids: ["1000:005d"] }] }, "mpt3sas", ""],
    ['hardware_drivers["x"]', { hardware_drivers: [{ name: "x", modaliases: ["pci:*"] }] }, "x", ""],
  ])("%s that differs is told with both values", (field, profile, designed, built) => {
    const { differences, fits } = compare(profile);
    expect(differences).toEqual([
      { field, designed, built, message: expect.any(String), severity: "warning", reason: "" },
    ]);
    expect(differences[0]?.message).toContain(designed);
    expect(fits).toBe(true);
  });

  test.each<[string, TreeMap]>([
    ["dev_type", { dev_type: "X540" }],
    ["firmware_version", { firmware_version: "6.0" }],
  ])("%s of an alias's device is compared", (field, more) => {
    const alias = { alias: "nic1", bus_type: "pci", address: "0000:18:00.0", ...more };
    expect(compare({ device_aliases: [alias] }).differences.map((difference) => difference.field)).toEqual([
      `device_aliases["nic1"].${field}`,
    ]);
  });

  test.each([
    ["480g", true],
    ["480gb", true],
    ["446gi", true],
    ["500g", false],
    ["240g", false],
    ["480103981056", true],
  ])("a disk of 480 GB is as designed for %s: %s", (size, same) => {
    const { differences } = compare({ device_aliases: [{ alias: "os", bus_type: "scsi", address: "2:0.0.0", size }] });
    expect(differences.map(({ field }) => field)).toEqual(same ? [] : ['device_aliases["os"].size']);
  });

  test.each([
    ["256gi", 256 * GIB, true],
    ["256gi", 251_000, false],
    ["256gi", 255_000, true],
    // One of 24 modules is missing.
    ["384gi", 368 * GIB, false],
    ["256gi", 257 * GIB, false],
    ["256g", 256 * GIB, true],
    ["16gi", 15_800, true],
    ["4gi", 3_900, true],
    ["4gi", 3_000, false],
    ["64gi", 128 * GIB, false],
  ])("memory of %s with %d MiB found is as designed: %s", (memory, memoryMib, same) => {
    expect(compare({ memory }, { memoryMib }).differences.length).toBe(same ? 0 : 1);
  });

  test("what the machine doesn't tell is no difference, and named", () => {
    const mute: BuiltHardware = {
      ...BUILT,
      ...{ systemVendor: "", systemProduct: "", firmwareVersion: "", bootMode: "", architecture: "", cpuModel: "" },
      ...{ cpuCount: 0, memoryMib: 0, devices: [], modules: [] },
      nics: BUILT.nics.map((each) => ({ ...each, vendor: "", product: "", firmwareVersion: "" })),
      disks: BUILT.disks.map((each) => ({ ...each, sizeBytes: "", firmwareVersion: "" })),
    };
    const { differences, untold } = compare({ ...PROFILE, as_built: { mismatch: "stop" } }, mute);
    expect(differences).toEqual([]);
    expect(untold).toEqual([
      'device_aliases["nic1"].dev_type',
      'device_aliases["nic1"].firmware_version',
      'device_aliases["os"].firmware_version',
      'device_aliases["os"].size',
      ...["vendor", "product", "bios_version", "boot_mode", "architecture", "cpu_model", "cpu_count", "memory"],
      ...['hardware_drivers["i40e"]', 'hardware_drivers["megaraid-sas"]'],
    ]);
  });
});

describe("the policy of a profile", () => {
  const WRONG: TreeMap = { bios_version: "9.9", cpu_count: 1 };
  const severities = (profile: TreeMap, built: Partial<BuiltHardware> = {}, used: readonly string[] = []) =>
    Object.fromEntries(compare(profile, built, used).differences.map(({ field, severity }) => [field, severity]));

  test.each([
    [undefined, "warning", true],
    ["warn", "warning", true],
    ["stop", "error", false],
  ])("%s makes a difference a %s", (mismatch, severity, fits) => {
    const profile: TreeMap = mismatch === undefined ? WRONG : { ...WRONG, as_built: { mismatch } };
    expect(severities(profile)).toEqual({ bios_version: severity, cpu_count: severity });
    expect(compare(profile).fits).toBe(fits);
  });

  test("a waiver keeps the difference, with its reason, and stops nothing", () => {
    const waivers = [{ field: "bios_version", reason: "fixed in June" }];
    const result = compare({ ...WRONG, as_built: { mismatch: "stop", waivers } });
    expect(result.fits).toBe(false);
    expect(result.differences.map(({ field, severity, reason }) => [field, severity, reason])).toEqual([
      ["cpu_count", "error", ""],
      ["bios_version", "waived", "fixed in June"],
    ]);
    const both = [...waivers, { field: "cpu_count", reason: "half of them are off" }];
    expect(compare({ ...WRONG, as_built: { mismatch: "stop", waivers: both } }).fits).toBe(true);
  });

  test("a waiver without a reason counts for nothing", () => {
    for (const reason of [undefined, "", "  "]) {
      const waiver = { field: "bios_version", ...(reason !== undefined && { reason }) };
      expect(severities({ bios_version: "9.9", as_built: { mismatch: "stop", waivers: [waiver] } })).toEqual({
        bios_version: "error",
      });
    }
  });

  test("a waiver no difference needs is named, unless nobody knows", () => {
    const waivers = [
      { field: "bios_version", reason: "old" },
      { field: "cpu_model", reason: "old" },
    ];
    const profile = { bios_version: "2.10.2", cpu_model: "Gold 6154", as_built: { waivers } };
    expect(compare(profile, { cpuModel: "" }).unusedWaivers).toEqual(["bios_version"]);
  });

  test.each(["stop", "warn", undefined])(
    "a needed device that can't be found stops under %s, waived or not",
    (mismatch) => {
      const field = 'device_aliases["nic1"].address';
      const as_built = {
        ...(mismatch !== undefined && { mismatch }),
        waivers: [{ field, reason: "it is on its way" }],
      };
      const profile = { device_aliases: [{ alias: "nic1", bus_type: "pci", address: "0000:99:00.0" }], as_built };
      const needed = compare(profile, {}, ["nic1"]);
      expect(needed.fits).toBe(false);
      expect(needed.differences).toMatchObject([{ field, severity: "error", reason: "" }]);
      expect(needed.differences[0]?.message).toContain("can't be waived");
      // Nobody needs it: the waiver holds.
      expect(compare(profile).differences).toMatchObject([{ field, severity: "waived", reason: "it is on its way" }]);
    },
  );

  test('a device nobody needs stops under "stop" alone', () => {
    const device_aliases = [{ alias: "spare", bus_type: "pci", address: "0000:99:00.0" }];
    const field = 'device_aliases["spare"].address';
    expect(severities({ device_aliases, as_built: { mismatch: "stop" } })).toEqual({ [field]: "error" });
    expect(severities({ device_aliases, as_built: { mismatch: "warn" } })).toEqual({ [field]: "warning" });
  });

  test("a module the installation brings stops nothing before it, and does afterwards", () => {
    const profile = {
      hardware_drivers: [{ name: "mpt3sas", pci_ids: ["1000:005d"] }],
      as_built: { mismatch: "stop" },
    };
    expect(compare(profile, { source: "dev.bedplate.maas" })).toMatchObject({
      fits: true,
      differences: [{ severity: "warning", message: expect.stringContaining("the installation brings it") }],
    });
    expect(compare(profile)).toMatchObject({ fits: false, differences: [{ severity: "error" }] });
  });
});
