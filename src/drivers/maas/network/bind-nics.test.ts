import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { InterfaceSpecSchema, ServerSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { readMachine } from "../server/machine.ts";
import { bindNics } from "./bind-nics.ts";

const machine = readMachine({
  system_id: "abc",
  hostname: "n1",
  interface_set: [1, 2, 3].map((id) => ({
    ...{ id, name: `eth${id}`, type: "physical", mac_address: `52:54:00:00:00:0${id}` },
    ...{ vlan: null, links: [], parents: [], params: {}, effective_mtu: 1500 },
  })),
});
const devices = ["0000:18:00.0", "0000:18:00.1", "0000:5e:00.0"].map((address, index) => ({
  ...{ address, vendor: "", product: "", nicId: index + 1, diskId: 0 },
}));

function bound(address: string): string | undefined {
  const spec = create(ServerSpecSchema, {
    identity: { name: "n1" },
    aliases: [{ alias: "nic", busType: "pci", address }],
    interfaces: [{ name: "data", devices: ["nic"] }],
  });
  return bindNics(spec, machine, { devices, lshw: [] }).get("nic")?.name;
}

describe("an alias of an interface", () => {
  test("is the device at its address, however that is written", () => {
    expect(bound("0000:5e:00.0")).toBe("eth3");
    expect(bound("pci@0000:5E:00.0")).toBe("eth3");
    expect(bound("18:00.1")).toBe("eth2");
  });

  test("may be a pattern that one address fits", () => {
    expect(bound("regexp:0000:5[a-f]:00\\.0")).toBe("eth3");
    expect(bound("regexp:.*:00\\.1")).toBe("eth2");
  });

  test.each(["regexp:0000:18:", "regexp:18:00\\.0", "regexp:(", "regexp:", "0000:99:00.0"])(
    "stops at none or several devices: %s",
    (address) => {
      expect(() => bound(address)).toThrow("alias nic");
    },
  );
});

describe("what lshw said", () => {
  const lshwOf = (address: string, mac: string) => ({
    ...{ businfo: `pci@${address}`, names: ["ethX"], serial: mac, product: "" },
  });
  const bind = (lshw: readonly ReturnType<typeof lshwOf>[], known: typeof devices) => {
    const spec = create(ServerSpecSchema, {
      identity: { name: "n1" },
      aliases: [
        { alias: "a", busType: "pci", address: "0000:5e:00.0" },
        { alias: "b", mac: "52-54-00-00-00-03" },
      ],
      interfaces: [{ name: "data", devices: ["a"] }],
    });
    const places = { devices: known, lshw: lshw.map((device) => ({ ...device, driver: "", firmware: "" })) };
    return { found: () => bindNics(spec, machine, places).get("a")?.name, spec, places };
  };

  test("places a NIC that MAAS knows no place of", () => {
    expect(bind([lshwOf("0000:5e:00.0", "52:54:00:00:00:03")], devices.slice(0, 2)).found()).toBe("eth3");
  });

  test("and MAAS says otherwise: both are told", () => {
    const { found } = bind([lshwOf("0000:5e:00.0", "52:54:00:00:00:02")], devices.slice(0, 2));
    expect(found).toThrow(
      "lshw found eth2 52:54:00:00:00:02 at 0000:5e:00.0 of machine n1, where alias a is, and MAAS has it at 0000:18:00.1",
    );
  });

  test("two aliases of one NIC stop", () => {
    const { spec, places } = bind([], devices);
    spec.interfaces.push(create(InterfaceSpecSchema, { name: "more", devices: ["b"] }));
    expect(() => bindNics(spec, machine, places)).toThrow(
      "the devices a and b are the same network interface of machine n1: eth3 52:54:00:00:00:03 at 0000:5e:00.0",
    );
  });
});
