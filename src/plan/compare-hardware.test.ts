import { describe, expect, test } from "vitest";
import { testSite } from "../../test/support/test-site.ts";
import type { TreeMap } from "../design/tree.ts";
import { compareHardware, usedAliases } from "./compare-hardware.ts";
import type { BuiltHardware } from "./find-device.ts";

const items = testSite(1);
const profile = items.find(({ kind }) => kind === "HardwareProfile")?.tree ?? {};
const used = usedAliases(items.find(({ kind }) => kind === "Node")?.tree ?? {});

function machine(change: Partial<BuiltHardware> = {}): BuiltHardware {
  const nic = (pciAddress: string, product = "82540EM Gigabit Ethernet Controller"): BuiltHardware["nics"][number] => ({
    logicalName: "eno1",
    pciAddress,
    mac: `52:54:00:00:00:${pciAddress.slice(-4, -2)}`,
    vendor: "Intel Corporation",
    product,
    firmwareVersion: "",
  });
  const disk = (logicalName: string, scsiAddress: string, mark: string, sizeBytes: string) => ({
    ...{ logicalName, scsiAddress, serial: `S${mark}`, wwn: `0x${mark}`, model: "SSD", sizeBytes, firmwareVersion: "" },
  });
  return {
    systemVendor: "ACME Inc.",
    systemProduct: "",
    firmwareVersion: "2.1",
    ...{
      bootMode: "",
      architecture: "",
      cpuModel: "",
      cpuCount: 0,
      memoryMib: 0,
      devices: [],
      modules: [],
      source: "x",
    },
    nics: [nic("0000:00:03.0"), nic("0000:00:04.0"), nic("0000:00:09.0")],
    disks: [disk("sda", "2:0.0.0", "1", "500000000000"), disk("sdb", "2:0.1.0", "2", "900000000000")],
    ...change,
  };
}

const only = (alias: TreeMap): TreeMap => ({ device_aliases: [alias] });

describe("comparing hardware", () => {
  test("finds nothing to say about a machine as designed", () => {
    expect(compareHardware(profile, machine(), used)).toMatchObject({ fits: true, differences: [] });
  });

  test("names alias and address of a used device that isn't there, and what is", () => {
    const built = machine();
    const result = compareHardware(profile, { ...built, nics: built.nics.slice(1) }, used);
    expect(result.fits).toBe(false);
    expect(result.differences).toEqual([
      {
        field: 'device_aliases["nicA"].address',
        designed: "0000:00:03.0",
        built: "",
        message: "alias nicA: no device at PCI 0000:00:03.0 (found 0000:00:04.0, 0000:00:09.0)",
        severity: "error",
        reason: "",
      },
    ]);
  });

  test("finds a device by a pattern its address begins with", () => {
    const by = (address: string) =>
      compareHardware(only({ alias: "nic", bus_type: "pci", address }), machine(), new Set(["nic"])).fits;
    expect(by("regexp:0000:00:0[4-8]")).toBe(true);
    expect(by("regexp:00:04")).toBe(false);
    expect(by("regexp:0000:00:0[34]")).toBe(false);
    expect(by("regexp:(")).toBe(false);
  });

  test("warns of a missing device that the node doesn't use", () => {
    const built = machine();
    const result = compareHardware(profile, { ...built, nics: built.nics.slice(0, 2) }, used);
    expect(result.fits).toBe(true);
    expect(result.differences.map(({ field, severity }) => [field, severity])).toEqual([
      ['device_aliases["spare"].address', "warning"],
    ]);
  });

  test("warns of another device at the place, another maker and another firmware", () => {
    const built = machine({ systemVendor: "Umbra", firmwareVersion: "1.9" });
    const [first, ...nics] = built.nics;
    const result = compareHardware(
      profile,
      { ...built, nics: [{ ...(first as BuiltHardware["nics"][number]), product: "X710" }, ...nics] },
      used,
    );
    expect(result.fits).toBe(true);
    expect(result.differences.map(({ message }) => message)).toEqual([
      "alias nicA: device at PCI 0000:00:03.0 is Intel Corporation X710, not 82540EM Gigabit Ethernet Controller",
      "the maker of the machine is Umbra, not Acme",
      "the firmware version is 1.9, not 2.1",
    ]);
  });

  test("says nothing of a maker or firmware the machine doesn't tell", () => {
    expect(compareHardware(profile, machine({ systemVendor: "", firmwareVersion: "" }), used).differences).toEqual([]);
  });

  test("finds devices by serial, WWN, MAC and size, and by addresses with their bus in front", () => {
    const named = new Set(["d"]);
    for (const alias of [
      { serial: "s2" },
      { wwn: "0x2" },
      { mac: "52:54:00:00:00:04" },
      { min_size: "800g" },
      { bus_type: "pci", address: "pci@0000:00:03.0" },
    ]) {
      expect(compareHardware(only({ alias: "d", ...alias }), machine(), named)).toMatchObject({
        fits: true,
        differences: [],
      });
    }
    const none = compareHardware(only({ alias: "d", min_size: "1t" }), machine(), named);
    expect(none.differences[0]).toMatchObject({ field: 'device_aliases["d"].min_size', designed: "1t", built: "" });
  });

  test("refuses a rule that more than one device fits", () => {
    const result = compareHardware(only({ alias: "d", min_size: "100gb" }), machine(), new Set(["d"]));
    expect(result.fits).toBe(false);
    expect(result.differences[0]?.message).toBe("alias d: 2 devices fit, and it must be one: disk of at least 100gb");
  });
});
