import { expect, test } from "vitest";
import { parse } from "yaml";
import { fc } from "../../../test/support/property.ts";
import type { EffectiveItem } from "../../design/effective-item.ts";
import type { TreeMap } from "../../design/tree.ts";
import { createDesignView } from "../design-view.ts";
import { driversYaml } from "./drivers-yaml.ts";
import { modaliasOf, wantedDrivers } from "./wanted-drivers.ts";

const KEY = Buffer.from(Array.from({ length: 200 }, (_, index) => index)).toString("base64");
const HPVSA = {
  name: "hpvsa",
  package: "hpvsa",
  repository: "http://ppa.launchpad.net/hp-iss-team/hpvsa-update/ubuntu",
  key: KEY,
  pci_ids: ["1590:0047", "8086:1d04"],
  modaliases: ["pci:v00001590d00000045sv00001590sd00000045bc*sc*i*"],
  blacklist: "ahci",
  comment: "HPVSA: # driver",
  series: ["noble", "jammy"],
};

function view(profiles: Readonly<Record<string, readonly TreeMap[]>>, nodes: Readonly<Record<string, string>> = {}) {
  const item = (kind: string, name: string, tree: TreeMap) => ({ kind, name, tree }) as EffectiveItem;
  return createDesignView([
    ...Object.entries(profiles).map(([name, drivers]) => item("HardwareProfile", name, { hardware_drivers: drivers })),
    ...Object.entries(nodes).map(([name, profile]) => item("Node", name, { hardware_profile: profile })),
  ]);
}

/** What a reader of YAML 1.1, as MAAS has, gets. */
const read = (text: string): unknown => parse(text, { version: "1.1" });

test("a driver is rendered with the keys MAAS knows, its key as bytes", () => {
  const { drivers } = wantedDrivers(view({ r740: [HPVSA] }));
  expect(read(driversYaml("plant7", drivers))).toEqual({
    drivers: [
      {
        ...{ blacklist: "ahci", comment: "HPVSA: # driver", module: "hpvsa", package: "hpvsa" },
        repository: HPVSA.repository,
        key_binary: Buffer.from(KEY, "base64"),
        modaliases: [
          "pci:v00001590d00000045sv00001590sd00000045bc*sc*i*",
          "pci:v00001590d00000047sv*sd*bc*sc*i*",
          "pci:v00008086d00001D04sv*sd*bc*sc*i*",
        ],
        series: ["jammy", "noble"],
      },
    ],
  });
});

test("PCI ids become the kernel's own names, hex in upper case", () => {
  expect(modaliasOf("8086:1d04")).toBe("pci:v00008086d00001D04sv*sd*bc*sc*i*");
});

test("the same driver of several profiles is rendered once, for the hardware of all", () => {
  const { drivers, warnings } = wantedDrivers(
    view({ a: [{ ...HPVSA, pci_ids: ["1590:0048"] }], b: [{ ...HPVSA, key: KEY.replace(/(.{64})/g, "$1\n") }] }),
  );
  expect(drivers).toHaveLength(1);
  expect(drivers[0]?.profiles).toEqual(["a", "b"]);
  expect(drivers[0]?.modaliases).toHaveLength(4);
  expect(warnings).toEqual([]);
});

test("drivers for one device are told, because MAAS takes the first", () => {
  const other = { ...HPVSA, name: "hpdsa", modaliases: [], pci_ids: ["1590:0047"] };
  expect(wantedDrivers(view({ a: [HPVSA], b: [other] })).warnings).toEqual([
    "driver hpdsa of b and driver hpvsa of a are both for pci:v00001590d00000047sv*sd*bc*sc*i*, and MAAS takes the first",
  ]);
  expect(wantedDrivers(view({ a: [HPVSA, { ...other, pci_ids: ["1590:9999"] }] })).warnings).toEqual([
    "a names 2 drivers, and MAAS installs one on each machine: the first of the file that fits it",
  ]);
});

test.each([
  [{ pci_ids: [], modaliases: [] }, "driver hpvsa is for no hardware (pci_ids, modaliases)"],
  [{ key: "" }, "driver hpvsa has no key, without which its repository isn't trusted"],
  [{ key: "-----BEGIN PGP" }, "the key of driver hpvsa is no base64"],
])("a driver with %j is left out, with the reason", (change, reason) => {
  const { drivers, leftOut } = wantedDrivers(view({ r740: [{ ...HPVSA, ...change }] }));
  expect([drivers, leftOut]).toEqual([[], [`r740: ${reason}`]]);
});

test("a driver whose package the machine finds anyway has a key of no bytes, which MAAS reads", () => {
  const { drivers } = wantedDrivers(
    view({ r740: [{ name: "nvidia", package: "nvidia-driver", pci_ids: ["10de:20b0"] }] }),
  );
  expect(read(driversYaml("plant7", drivers))).toEqual({
    drivers: [
      {
        ...{ module: "nvidia", package: "nvidia-driver", key_binary: Buffer.alloc(0) },
        modaliases: ["pci:v000010DEd000020B0sv*sd*bc*sc*i*"],
      },
    ],
  });
});

test("a design without drivers gives a file MAAS reads", () => {
  expect(read(driversYaml("plant7", []))).toEqual({ drivers: [] });
});

test("profiles no node uses are left out, as long as there are nodes", () => {
  const profiles = { used: [HPVSA], unused: [{ ...HPVSA, name: "other" }] };
  expect(wantedDrivers(view(profiles, { n1: "used" })).drivers.map(({ module }) => module)).toEqual(["hpvsa"]);
  expect(wantedDrivers(view(profiles)).drivers.map(({ module }) => module)).toEqual(["hpvsa", "other"]);
});

test("any texts are read back as they are, and the order of profiles changes nothing", () => {
  const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(texts, texts, texts, (comment, blacklist, profile) => {
      const mine = { ...HPVSA, comment, blacklist };
      const one = wantedDrivers(view({ [profile]: [mine], z: [HPVSA] })).drivers;
      const other = wantedDrivers(view({ z: [HPVSA], [profile]: [mine] })).drivers;
      const text = driversYaml(comment, one);
      expect(text).toBe(driversYaml(comment, other));
      const { drivers } = read(text) as { drivers: { comment: string; blacklist: string }[] };
      expect(drivers.some((each) => each.comment === comment && each.blacklist === blacklist)).toBe(true);
    }),
  );
});
