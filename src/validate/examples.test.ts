import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CheckedDesign, checkDesign, markedFindings } from "../../test/support/marked-design.ts";

const examples = join(import.meta.dirname, "..", "..", "examples");

function filesOf(example: string): Record<string, string> {
  const all = readdirSync(join(examples, example), { recursive: true, encoding: "utf8" });
  const names = all.filter((name) => name.endsWith(".yaml")).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(examples, example, name), "utf8")]));
}

describe("the examples", () => {
  it("have a site without an error, and one warning: the word that stands for a password", () => {
    const { found, evaluation } = checkDesign(filesOf("site"));
    expect(found).toEqual(["bootstrap_hwdefinition.yaml:84 warning secret-in-clear"]);
    const counts = Map.groupBy(evaluation.items.values(), ({ kind }) => kind);
    expect(counts.get("Node")?.length).toBeGreaterThanOrEqual(12);
    expect(counts.get("Rack")?.length).toBeGreaterThanOrEqual(2);
  });

  it("have a small one in Bedplate's own form, in directories, without anything to tell", () => {
    const { found, evaluation } = checkDesign(filesOf("plant8"));
    expect(found).toEqual([]);
    expect(new Set([...evaluation.items.values()].map(({ kind }) => kind))).toEqual(
      new Set([...evaluation.kinds.keys()]),
    );
    expect(evaluation.layers.map(({ name, role, rank }) => `${name} ${role} ${rank}`)).toEqual([
      "design design 200",
      "formation formation 300",
      "main any 400",
    ]);
    expect(evaluation.items.get("PowerFeed.plant8.example/feed-b")?.tree).toMatchObject({
      ...{ panel: "P2", ampere: 32, racks: [{ name: "r1" }, { name: "r2" }] },
    });
    expect(evaluation.items.get("Node/w2")?.tree).toMatchObject({ platform: { image: "noble-next" } });
  });

  it("have one of what a site says to MAAS beside its networks, without anything to tell", () => {
    const { found, evaluation } = checkDesign(filesOf("maas-site"));
    expect(found).toEqual([]);
    expect(evaluation.items.get("Site/plant9")?.tree).toMatchObject({
      dns_domains: [{ name: "dc.plant9.example", authoritative: true }],
      scripts: [
        { name: "nic-firmware", parallel: "disabled" },
        { name: "burn-in", parallel: "instance" },
      ],
    });
  });

  it("have a broken one with each mistake on the line that says so", () => {
    const files = filesOf("broken");
    const { found } = checkDesign(files);
    expect(found).toEqual(markedFindings(files));
    expect(found.length).toBeGreaterThanOrEqual(13);
  });
});

// The historical files live beside the repository, where they are at all.
const corpus = join(import.meta.dirname, "..", "..", "..", "shared", "corpus", "aic");

function checkHistorical(...files: readonly string[]): CheckedDesign {
  return checkDesign(Object.fromEntries(files.map((file) => [file, readFileSync(join(corpus, file), "utf8")])));
}

/** The findings without the name of the file, which they all share. */
const linesOf = ({ found }: CheckedDesign) => found.map((each) => each.slice(each.indexOf(":") + 1));
const countsOf = ({ evaluation }: CheckedDesign) =>
  Object.fromEntries(
    [...Map.groupBy(evaluation.items.values(), (item) => item.kind)].map(([kind, all]) => [kind, all.length]),
  );

if (existsSync(corpus)) {
  describe("the historical files", () => {
    it("of form b1: the seed's mistakes, each at its line", () => {
      const checked = checkHistorical("b1-f0e5518-bootstrap_seed.yaml");
      expect(linesOf(checked)).toEqual([
        "26 error yaml-duplicate-key",
        "36 error yaml-duplicate-key",
        "40 warning name-in-spec",
        "57 error yaml-duplicate-key",
        "78 error yaml-duplicate-key",
        "111 error yaml-duplicate-key",
        "119 error yaml-syntax",
        "130 error yaml-duplicate-key",
        "159 error yaml-duplicate-key",
        "194 error yaml-duplicate-key",
        "218 error yaml-duplicate-key",
        "246 error yaml-duplicate-key",
        "261 warning secret-in-clear",
        "305 error yaml-duplicate-key",
        "313 error unknown-reference",
        "320 warning unknown-reference",
        "339 warning shared-device",
        "359 error yaml-duplicate-key",
        "376 error yaml-duplicate-key",
        "402 warning rack-declared",
        "409 error yaml-duplicate-key",
      ]);
      expect(countsOf(checked)).toEqual({ HostProfile: 3, Network: 5, NetworkLink: 3, Node: 2, Site: 1 });
      const defaults = checked.diagnostics.find(({ location }) => location?.line === 313);
      expect(defaults).toMatchObject({ name: "k8-node", field: "host_profile", hint: 'did you mean "default"?' });
    });

    it("of form b1: the hardware's", () => {
      const checked = checkHistorical("b1-f0e5518-bootstrap_hwdefinition.yaml");
      expect(checked.found).toEqual([
        "- warning missing-site",
        "b1-f0e5518-bootstrap_hwdefinition.yaml:26 error yaml-duplicate-key",
      ]);
      expect(countsOf(checked)).toEqual({ HardwareProfile: 1 });
    });

    it("of form b1, both together: the hardware profile has another name, which is told where it is named", () => {
      const { diagnostics } = checkHistorical(
        "b1-f0e5518-bootstrap_hwdefinition.yaml",
        "b1-f0e5518-bootstrap_seed.yaml",
      );
      expect(diagnostics.find(({ location }) => location?.line === 320)).toMatchObject({
        severity: "error",
        rule: "unknown-reference",
        hint: 'did you mean "HPGen8v3"?',
      });
    });

    it.each(["be87c3d", "d4e003b"])("of form a1, %s: the seed's and the hardware's mistakes", (commit) => {
      const checked = checkHistorical(`a1-${commit}-bootstrap_seed.yaml`, `a1-${commit}-bootstrap_hwdefinition.yaml`);
      // The later one gives its boot drive a device, which its hardware profile doesn't know.
      const device = commit === "be87c3d" ? ["33 warning hardware-alias"] : [];
      expect(linesOf(checked)).toEqual([
        "4 warning secret-in-clear",
        "15 warning hardware-alias",
        "21 warning hardware-alias",
        "21 warning shared-device",
        "22 warning hardware-alias",
        "28 warning unknown-reference",
        "30 warning secret-in-clear",
        ...device,
        "138 error split-route",
        "139 error split-route",
        "162 warning rack-declared",
      ]);
      expect(countsOf(checked)).toEqual({
        ...{ HardwareProfile: 5, HostProfile: 2, Network: 4, NetworkLink: 2, Node: 2, Site: 1 },
      });
    });

    it("of form a1: the hardware file alone is fine but for what isn't in it", () => {
      expect(checkHistorical("a1-be87c3d-bootstrap_hwdefinition.yaml").found).toEqual(["- warning missing-site"]);
    });

    it("of form a1 resolve as they say: an inherited interface with a network more, and one less", () => {
      const { evaluation } = checkHistorical(
        "a1-be87c3d-bootstrap_seed.yaml",
        "a1-be87c3d-bootstrap_hwdefinition.yaml",
      );
      const node = evaluation.items.get("Node/controller01")?.tree;
      expect(node).toMatchObject({
        interfaces: [
          { name: "pxe", device_link: "pxe", slaves: ["prim_nic01"], networks: ["pxe"] },
          { name: "bond0", device_link: "gp", slaves: ["prim_nic01", "prim_nic02"], networks: ["public", "mgmt"] },
        ],
        storage: { boot_drive: { device: "primary_boot", boot_size: "2g", root_size: "50g" } },
        metadata: { tags: ["os_ctl"], rack: "rack01" },
        primary_network: "mgmt",
        dns_servers: ["172.16.1.9", "172.16.1.10"],
        fqdn: "controller01.mgmt.sitename.example.com",
      });
      expect(evaluation.items.get("Network/public")?.tree.routes).toEqual([
        { subnet: "0.0.0.0/0", gateway: "172.16.3.1", metric: 9 },
      ]);
    });

    it("are all here", () => {
      expect(readdirSync(corpus).filter((name) => name.endsWith(".yaml"))).toHaveLength(6);
    });
  });
}
