import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDesign } from "../../../test/support/marked-design.ts";

const example = join(import.meta.dirname, "..", "..", "..", "examples", "airship");

/** Every file of the example by its path inside it. */
function exampleFiles(): Record<string, string> {
  const names = readdirSync(example, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return Object.fromEntries(
    names.sort().map((name) => [name.replaceAll(sep, "/"), readFileSync(join(example, name), "utf8")]),
  );
}

const lineOf = (file: string, text: string) =>
  (exampleFiles()[file] ?? "").split("\n").findIndex((line) => line.includes(text)) + 1;

describe("the example of a raw site", () => {
  const { evaluation, found } = checkDesign(exampleFiles());
  const tree = (key: string) => evaluation.items.get(key)?.tree;

  it("is valid; what is told is a password in clear, a document of another tool, and those for another type of site", () => {
    expect(found).toEqual([
      `site/plant7/secrets/ipmi.yaml:${lineOf("site/plant7/secrets/ipmi.yaml", "data: ")} warning secret-in-clear`,
      "site/plant7/software/registry.yaml:2 info foreign-document",
      "type/lab/profiles/host.yaml:2 info other-site-type",
    ]);
  });

  it("has the items a rendered one has: no parents that are abstract, and one boot action for two of its name", () => {
    expect([...evaluation.items.keys()].toSorted()).toEqual([
      ...["BootAction/motd", "HardwareProfile/anvil", "HostProfile/worker"],
      ...["Network/mgmt", "Network/oob", "Network/pxe", "Network/storage"],
      ...["NetworkLink/data", "NetworkLink/oob", "NetworkLink/pxe", "Node/w1", "Node/w2", "Rack/r1", "Site/plant7"],
    ]);
  });

  it("is layered over three layers, substituted along the way, and its boot action replaced", () => {
    expect(tree("Node/w1")).toMatchObject({
      oob: { type: "ipmi", network: "oob", account: "root", credential: { literal: "not-a-real-password" } },
      platform: { image: "noble", kernel: "ga-24.04", kernel_params: { console: "ttyS0,115200n8" } },
      metadata: { tags: ["worker"], owner_data: { "site-type": "foundry" }, rack: "r1" },
      fqdn: "w1.mgmt.plant7.example",
    });
    expect(tree("Node/w1")?.platform).not.toHaveProperty(["kernel_params", "quiet"]);
    expect(tree("BootAction/motd")).toMatchObject({
      signaling: true,
      assets: [{ data: "This machine runs noble and belongs to foundry.\n" }],
    });
    expect(tree("Site/plant7")).toMatchObject({
      authorized_keys: [expect.stringMatching(/^ssh-ed25519 /)],
      repositories: [{ name: "main", url: "http://mirror.example/ubuntu" }],
    });
  });

  it("tells of a value where it was written and all that was done on its way", () => {
    const secret = evaluation.explain("Node", "w1", "oob.credential");
    expect(secret.from).toEqual({ uri: "site/plant7/secrets/ipmi.yaml", line: 11, column: 7 });
    expect(secret.steps.map(({ message, location }) => `${message} @ ${location?.uri ?? "-"}`)).toEqual([
      "substituted from deckhand/Passphrase/v1 plant7_ipmi @ site/plant7/profiles/host.yaml",
      "a password in clear is a literal secret @ -",
    ]);
    const console = evaluation.explain("HostProfile", "worker", 'platform.kernel_params["console"]');
    expect(console.from?.uri).toBe("site/plant7/profiles/host.yaml");
    expect(console.steps.at(-1)).toMatchObject({
      message: "overrides the value of drydock/HostProfile/v1 defaults in layer global",
      location: { uri: "global/profiles/host.yaml", line: lineOf("global/profiles/host.yaml", "kernel_params") + 1 },
    });
    const account = evaluation.explain("Node", "w1", "oob.account");
    expect(account.steps.map(({ message }) => message)).toEqual([
      "inherited from drydock/HostProfile/v1 defaults in layer global",
      "inherited from drydock/HostProfile/v1 foundry-host in layer type",
    ]);
    expect(evaluation.explain("HostProfile", "worker", "metadata.tags").steps).toEqual([]);
    const image = evaluation.explain("HostProfile", "worker", "platform.image");
    expect(image.from).toMatchObject({ uri: "global/software/versions.yaml", line: 13 });
  });

  it("tells of a text in which a pattern was replaced where the text stands", () => {
    const text = evaluation.explain("BootAction", "motd", "assets[0].data");
    expect(text.from?.uri).toBe("global/profiles/motd.yaml");
    expect(text.steps.map(({ message }) => message)).toEqual([
      "substituted from pegleg/SoftwareVersions/v1 software-versions",
      "inherited from drydock/BootAction/v1 motd in layer global",
      "substituted from pegleg/SiteDefinition/v1 plant7",
    ]);
  });

  it("is held against its own schema of racks once it is rendered", () => {
    const files = exampleFiles();
    const racks = files["site/plant7/baremetal/racks.yaml"] ?? "";
    const broken = { ...files, "site/plant7/baremetal/racks.yaml": racks.replace("{row: '3'}", "{}") };
    expect(checkDesign(broken).found).toContain(
      `site/plant7/baremetal/racks.yaml:${lineOf("site/plant7/baremetal/racks.yaml", "location")} error data-schema`,
    );
  });

  it("reads the other directory where the site is of the other type, and reports its second parent where it is of both", () => {
    const files = exampleFiles();
    const definition = files["site/plant7/site-definition.yaml"] ?? "";
    const lab = checkDesign({ ...files, "site/plant7/site-definition.yaml": definition.replace("foundry", "lab") });
    expect(lab.found).toContain("type/foundry/profiles/hardware.yaml:2 info other-site-type");
    expect(lab.evaluation.items.get("HostProfile/worker")?.tree.hardware_profile).toBe("whatever-is-there");
    const { "site/plant7/site-definition.yaml": _, "site/plant7/profiles/motd.yaml": __, ...both } = files;
    expect(checkDesign(both).found).toContain(
      `site/plant7/profiles/host.yaml:${lineOf("site/plant7/profiles/host.yaml", "host-profile: foundry")} error indeterminate-document-parent`,
    );
  });
});

// The historical file lives beside the repository, where it is at all.
const corpus = join(
  import.meta.dirname,
  "..",
  "..",
  "..",
  "..",
  "shared",
  "corpus",
  "airship",
  "deckhand_fullsite.yaml",
);

if (existsSync(corpus)) {
  describe("the historical file of rendered documents", () => {
    const text = readFileSync(corpus, "utf8");
    const { evaluation, diagnostics } = checkDesign({ f: text });

    it("is valid, with a warning for everything real sites do without harm", () => {
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const lines = text.split("\n");
      const warned = (rule: string) =>
        diagnostics
          .filter((each) => each.rule === rule)
          .map(({ location }) => lines[(location?.line ?? 0) - 1]?.trim());
      expect(warned("rack-declared")).toEqual(["rack: rack2", "rack: rack3"]);
      expect(warned("address-carried")).toEqual(["- network: public"]);
      expect(warned("shared-device")).toEqual(["- prim_nic01"]);
      expect(warned("hardware-alias")).toEqual(["sda:", "sdb:"]);
      expect(warned("unknown-reference")).toEqual(["- pxe-rack1"]);
      expect(warned("secret-in-clear")).toEqual(["credential: admin"]);
    });

    it("has every item", () => {
      const counts = Map.groupBy(evaluation.items.values(), ({ kind }) => kind);
      expect(Object.fromEntries([...counts].map(([kind, items]) => [kind, items.length]))).toEqual({
        ...{ BootAction: 3, HardwareProfile: 2, HostProfile: 2, Network: 5, NetworkLink: 3, Node: 3, Rack: 1, Site: 1 },
      });
    });
  });
}
