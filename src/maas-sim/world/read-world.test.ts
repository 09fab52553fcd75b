import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { testWorld, worldMachine } from "../testing/world.ts";
import { DEFAULT_WORLD } from "./default-world.ts";
import { parseWorld, readWorld, WorldError } from "./read-world.ts";

function problemsOf(value: unknown): readonly string[] {
  try {
    readWorld(value);
  } catch (error) {
    if (error instanceof WorldError) return error.problems;
    throw error;
  }
  return [];
}

test("the default world is two machines", () => {
  expect(readWorld(DEFAULT_WORLD).machines.map(({ hostname }) => hostname)).toEqual(["sim-1", "sim-2"]);
});

test("the example in the type's comment is a world", () => {
  const source = readFileSync(new URL("./world.ts", import.meta.url), "utf8");
  const block = /```json\n([\s\S]*?)```/.exec(source)?.[1] ?? "";
  const world = parseWorld(block.replaceAll(/^ \* ?/gm, ""));
  expect(world.machines).toHaveLength(1);
});

test("defaults", () => {
  const world = readWorld({
    machines: [
      {
        hostname: "n",
        nics: [{ name: "a", mac: "52:54:00:00:00:01", pci_address: "0000:00:03.0" }],
        disks: [{ name: "sda", serial: "S", size: 1e9 }],
      },
    ],
  });
  expect(world).toMatchObject({
    speed: 1,
    timings: { commissioning: 20, powerOff: 1 },
    images: [{ name: "ubuntu/noble" }, {}],
  });
  expect(world.machines[0]).toMatchObject({
    enlisted: true,
    powerType: "manual",
    bootMethod: "uefi",
    nics: [{ boot: true }],
    disks: [{ idPath: "/dev/disk/by-id/scsi-S", scsiAddress: "0:0.0.0", sizeBytes: 1e9 }],
  });
});

test("the boot NIC is the marked one, else the first on a network", () => {
  expect(testWorld().machines[0]?.nics.map(({ boot }) => boot)).toEqual([true, false, false]);
});

describe("faults are told where they are", () => {
  const nic = { name: "a", mac: "52:54:00:00:00:01", pci_address: "0000:00:03.0" };
  test.each<[unknown, string]>([
    [[], "the file: must be an object"],
    [{ machine: [] }, "machine: is not known here; known keys are api_key"],
    [{ machines: {} }, "machines: must be a list"],
    [{ machines: [{}] }, "machines[0].hostname: must be a host name"],
    [{ machines: [{ hostname: "a.b" }] }, "machines[0].hostname: must be a host name without a domain, found 'a.b'"],
    [{ machines: [{ hostname: "a", nics: [{ ...nic, mac: "x" }] }] }, "machines[0].nics[0].mac: must be a MAC address"],
    [
      { machines: [{ hostname: "a", nics: [{ ...nic, pci_address: "3" }] }] },
      "machines[0].nics[0].pci_address: must be a PCI address",
    ],
    [{ machines: [{ hostname: "a", nics: [{ ...nic, colour: 1 }] }] }, "machines[0].nics[0].colour: is not known here"],
    [
      { machines: [{ hostname: "a", nics: [nic, { ...nic, name: "b", pci_address: "0000:00:04.0" }] }] },
      "machines[0].nics[1].mac: '52:54:00:00:00:01' is already used at machines[0].nics[0]",
    ],
    [
      { machines: [worldMachine(1), worldMachine(1)] },
      "machines[1].hostname: 'sim-1' is already used at machines[0].hostname",
    ],
    [
      { machines: [{ hostname: "a", disks: [{ name: "sda", serial: "s", size: "big" }] }] },
      "machines[0].disks[0].size: must be bytes or a text such as '100G'",
    ],
    [
      { machines: [{ hostname: "a", missing_nics: ["0000:00:09.0"] }] },
      "machines[0].missing_nics[0]: no NIC has the PCI address '0000:00:09.0'",
    ],
    [{ machines: [{ hostname: "a", fail: ["thinking"] }] }, "machines[0].fail[0]: must be one of"],
    [{ machines: [{ hostname: "a", power_type: "steam" }] }, "machines[0].power_type: must be one of manual, ipmi"],
    [{ fabrics: [{ vlans: [{ vid: 4095 }] }] }, "fabrics[0].vlans[0].vid: must be a number from 0 to 4094"],
    [{ fabrics: [{ vlans: [{ vid: 1 }, { vid: 1 }] }] }, "fabrics[0].vlans[1].vid: 1 appears twice"],
    [
      { fabrics: [{ vlans: [{ vid: 0, subnets: [{ cidr: "x" }] }] }] },
      "fabrics[0].vlans[0].subnets[0].cidr: 'x' is not a network",
    ],
    [
      { fabrics: [{ vlans: [{ vid: 0, subnets: [{ cidr: "10.0.0.0/24", gateway_ip: "10.1.0.1" }] }] }] },
      "fabrics[0].vlans[0].subnets[0].gateway_ip: '10.1.0.1' is not an address of 10.0.0.0/24",
    ],
    [{ speed: 0 }, "speed: must be a number above 0, or 'instant'"],
    [{ api_key: "a:b" }, "api_key: must be 'consumer:token:secret'"],
    [{ timings: { commissioning: -1 } }, "timings.commissioning: must be a number from 0 to 86400"],
  ])("%j", (value, problem) => {
    expect(problemsOf(value).join("\n")).toContain(problem);
  });

  test("all at once", () => {
    expect(problemsOf({ speed: 0, machines: [{ hostname: "" }], extra: 1 })).toHaveLength(3);
  });

  test("text that is not JSON", () => {
    expect(() => parseWorld("{")).toThrow(/^not JSON: /);
  });
});
