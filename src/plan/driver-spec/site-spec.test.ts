import { expect, test } from "vitest";
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
