import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDesign } from "../../../test/support/marked-design.ts";
import { testSite } from "../../../test/support/test-site.ts";
import { createDesignView } from "../design-view.ts";
import { siteSpec } from "./site-spec.ts";

test("the specification of a site has every network with its ranges, and the tags and images of its own nodes", () => {
  const items = testSite(3, (item) =>
    item.name === "n3"
      ? { ...item, tree: { ...item.tree, platform: { image: "jammy" }, server_driver: "other" } }
      : item,
  );
  const spec = siteSpec(createDesignView(items), "maas", (node) => (node === "n3" ? "other" : "maas"));
  expect(spec).toMatchObject({ name: "plant7", domain: "plant7.example", tags: ["worker"], images: ["noble"] });
  expect(spec.links?.map(({ name }) => name)).toEqual(["boot", "data"]);
  expect(spec.networks?.map(({ name, link }) => [name, link])).toEqual([
    ["mgmt", "data"],
    ["oob", undefined],
    ["pxe", "boot"],
    ["storage", "data"],
  ]);
  const pxe = spec.networks?.find(({ name }) => name === "pxe");
  expect(pxe).toMatchObject({
    dhcp: true,
    mtu: 1500,
    ranges: [{ type: "dhcp", start: "10.20.0.50", end: "10.20.0.200" }],
  });
});

test("a relayed network is served by another DHCP server", () => {
  const items = testSite(1, (item) =>
    item.name === "pxe" ? { ...item, tree: { ...item.tree, dhcp_relay: { upstream_target: "10.0.0.3" } } } : item,
  );
  const spec = siteSpec(createDesignView(items), "maas", () => "maas");
  expect(spec.networks?.find(({ name }) => name === "pxe")?.dhcp).toBeUndefined();
});

function specOf(example: string) {
  const root = join(import.meta.dirname, "..", "..", "..", "examples", example);
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  const files = Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(root, name), "utf8")]));
  return siteSpec(createDesignView(checkDesign(files).evaluation.items.values()), "maas", () => "maas");
}

test("what a site says beside its networks reaches the driver as it is written", () => {
  const spec = specOf("maas-site");
  expect(spec).toMatchObject({
    prune: true,
    domains: [{ name: "dc.plant9.example", authoritative: true, ttl: 300 }],
    tagSpecs: [
      { name: "nvme", definition: '//node[@id="nvme"]', comment: "has a disk on NVMe" },
      { name: "realtime", kernelOpts: "isolcpus=2-15 nohz_full=2-15" },
    ],
    repositories: [
      { name: "main_archive", type: "apt", pockets: ["updates", "security"], components: ["main", "universe"] },
      { name: "plant", arches: ["amd64"], distributions: ["noble"] },
    ],
  });
  expect(spec.domains?.[0]?.records).toContainEqual({
    ...{ name: "@", type: "MX", data: "10 mail.plant9.example.", ttl: 3600 },
  });
  expect(spec.scripts?.[0]).toMatchObject({
    ...{ name: "nic-firmware", type: "commissioning", timeout: 1800, parallel: "disabled", hardwareType: "network" },
    ...{ mayReboot: true, recommission: true, packages: ["ethtool"], forHardware: ["pci:8086:1592"] },
  });
  expect(spec.scripts?.[0]?.content).toMatch(/^#!\/bin\/bash\nset -euo pipefail\n/);
});

test("repositories of Airship's documents reach the driver as those of the own form do", () => {
  expect(specOf("airship").repositories).toContainEqual(
    expect.objectContaining({ name: "main", type: "apt", components: ["main", "universe"] }),
  );
});
