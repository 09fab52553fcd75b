import { createHash } from "node:crypto";
import { create, toJson } from "@bufbuild/protobuf";
import canonicalize from "canonicalize";
import { describe, expect, test } from "vitest";
import { ServerSpecSchema } from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { testSite } from "../../../test/support/test-site.ts";
import type { TreeMap } from "../../design/tree.ts";
import { createDesignView } from "../design-view.ts";
import { createServerSpecs, type NodeSpec } from "./server-spec.ts";
import { specDigest } from "./spec-digest.ts";

function specOf(change: (node: TreeMap) => TreeMap = (node) => node): NodeSpec {
  const items = testSite(1, (item) => (item.kind === "Node" ? { ...item, tree: change(item.tree) } : item));
  return createServerSpecs(createDesignView(items))("n1");
}

describe("the specification of a node", () => {
  test("is self-contained: aliases, links and networks are inlined", () => {
    const { spec } = specOf();
    expect(spec.identity).toEqual({ name: "n1", bootMac: "52:54:00:aa:00:00", oobAddress: "10.9.0.10" });
    expect(spec.oob).toMatchObject({ type: "ipmi", address: "10.9.0.10", account: "root", driverOwnsPower: true });
    expect(spec.aliases?.[0]).toMatchObject({ alias: "nicA", busType: "pci", address: "0000:00:03.0" });
    const bond = spec.interfaces?.[1];
    expect(bond).toMatchObject({
      name: "bond0",
      devices: ["nicA", "nicB"],
      link: { name: "data", bondMode: "802.3ad", trunk: true, bondMonRate: 0 },
    });
    expect(bond?.networks?.[0]).toEqual({
      mode: "static",
      address: "10.21.0.10",
      network: {
        name: "mgmt",
        link: "data",
        cidr: "10.21.0.0/24",
        vlan: 21,
        mtu: 9000,
        gateway: "10.21.0.1",
        dnsServers: ["10.21.0.9"],
        dnsDomain: "mgmt.plant7.example",
        routes: [{ subnet: "10.22.0.0/24", gateway: "10.21.0.2" }],
      },
    });
  });

  test("says how an address is assigned: by the node's entry, else by the network", () => {
    const modes = (change: (node: TreeMap) => TreeMap): (string | undefined)[] =>
      (specOf(change).spec.interfaces ?? []).flatMap(({ networks }) => (networks ?? []).map(({ mode }) => mode));
    expect(modes((node) => node)).toEqual(["dhcp", "static", "none"]);
    expect(modes((node) => ({ ...node, addressing: [{ network: "storage", address: "slaac" }] }))).toEqual([
      "dhcp",
      "none",
      "slaac",
    ]);
  });

  test("holds no secret; the credential stays a reference beside it", () => {
    const { spec, oobCredential } = specOf();
    expect(oobCredential).toEqual({ ref: "file:bmc" });
    expect(JSON.stringify(spec)).not.toContain("file:bmc");
  });

  test("has the digest of its canonical protobuf JSON", () => {
    const { spec } = specOf();
    const { specDigest: digest, tags: _tags, ownerData: _owner, ...rest } = spec;
    const text = canonicalize(toJson(ServerSpecSchema, create(ServerSpecSchema, rest)));
    expect(digest).toBe(
      createHash("sha256")
        .update(text ?? "")
        .digest("hex"),
    );
  });

  test("has the same digest with other secrets and another one with another disk", () => {
    const { spec } = specOf();
    const withSecrets = { ...spec, userData: "#cloud-config", oob: { ...spec.oob, credential: "calvin" } };
    expect(specDigest(withSecrets)).toBe(spec.specDigest);
    const other = specOf((node) => ({ ...node, storage: { boot_drive: { device: "disk0", root_size: "60g" } } }));
    expect(other.spec.specDigest).not.toBe(spec.specDigest);
  });
});
