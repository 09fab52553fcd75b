import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bedplate } from "../../test/support/offline-command.ts";

const site = "examples/site";

async function resolved(...args: readonly string[]) {
  const { code, stdout, stderr } = await bedplate(["resolve", site, ...args, "-o", "json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const profiles = `${site}/bootstrap_profiles.yaml`;
const seed = `${site}/bootstrap_seed.yaml`;

const textOf = ({ uri, line, column }: ReturnType<typeof placeIn>) => `${uri}:${line}:${column}`;

/** The place of a text in a file: of the last of these, each looked for behind the one before. */
function placeIn(uri: string, ...texts: readonly string[]) {
  const content = readFileSync(join(import.meta.dirname, "..", "..", uri), "utf8");
  const at = texts.reduce((from, text) => content.indexOf(text, from + 1), 0);
  expect(at).toBeGreaterThan(0);
  const lines = content.slice(0, at).split("\n");
  return { uri, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

describe("bedplate resolve", () => {
  it("prints effective items: all, those of a kind, or one", async () => {
    const all = await resolved();
    expect(Object.keys(all)).toEqual(["items"]);
    expect(all.items).toHaveLength(31);
    expect(Object.keys(all.items[0])).toEqual(["kind", "name", "spec"]);
    const racks = await resolved("Rack");
    expect(racks.items.map(({ name }: { name: string }) => name)).toEqual(["r1", "r2"]);
    const { items } = await resolved("Node/sto01");
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      kind: "Node",
      name: "sto01",
      spec: {
        hardware_profile: "HPDL380Gen10",
        interfaces: [
          { name: "pxe", networks: ["pxe"] },
          { name: "bond0", device_link: "gp", networks: ["storage", "mgmt"] },
        ],
        storage: { boot_drive: { device: "primary_boot", root_size: "100g", boot_size: "2g" } },
        metadata: { tags: ["storage", "cluster", "plant7"], rack: "r1" },
        fqdn: "sto01.mgmt.plant7.example",
        dns_servers: ["10.72.0.2", "10.72.0.3"],
      },
    });
  });

  it("shows no secret", async () => {
    const { stdout } = await bedplate(["resolve", site, "-o", "yaml"]);
    expect(stdout).toContain("<secret>");
    expect(stdout).not.toContain("example-only");
    const explained = await resolved("Node/ctl01", "--explain", "oob.credential");
    expect(explained.value).toEqual({ literal: "<secret>" });
  });

  it("prints a table for people", async () => {
    const { code, stdout } = await bedplate(["resolve", site, "Network"]);
    expect(code).toBe(0);
    const [header, ...rows] = stdout.trimEnd().split("\n");
    expect(header).toMatch(/^KIND +NAME +FIELDS$/);
    expect(rows).toHaveLength(6);
  });

  it("prints what there is of an invalid design, and ends with 1", async () => {
    const { code, stdout, stderr } = await bedplate(["resolve", "examples/broken", "Node", "-o", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).items.map(({ name }: { name: string }) => name)).toEqual(["compute01", "controller01"]);
    expect(stderr).toMatch(/^the design is invalid: 8 errors, .*\n$/);
  });

  it("ends with 2, saying what is near, for what isn't there", async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [["Nodes"], "there is no item of kind Nodes; did you mean Node?"],
      [["node/ctl01"], "there is no item of kind node; did you mean Node?"],
      [["Node/ctl1"], "there is no Node named ctl1; did you mean ctl01?"],
      [["nowhere"], "nowhere doesn't exist; check the path"],
      [["nowhere.yaml"], "nowhere.yaml doesn't exist; check the path"],
      [["Node", "--explain", "fqdn"], "--explain needs one item; name it as KIND/NAME, such as Node/n01"],
      [["Node/ctl01", "--explain", "platform.imag"], 'Platform has no field "imag"; did you mean platform.image?'],
      [
        ["Node/ctl01", "--explain", "interfaces[0]"],
        'members of interfaces are addressed by name, not by index; did you mean interfaces["pxe"]?',
      ],
    ];
    for (const [args, message] of wrong) {
      expect(await bedplate(["resolve", site, ...args])).toEqual({
        code: 2,
        stdout: "",
        stderr: `error: ${message}\n`,
      });
    }
    expect(await bedplate(["resolve", site, "Node/ctl01", "--explain", "a..b"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("bedplate resolve --explain", () => {
  it("names the place of a value of the item's own", async () => {
    expect(await resolved("Node/ctl01", "--explain", "boot_mac")).toEqual({
      path: "boot_mac",
      value: "52:54:00:07:00:0b",
      from: placeIn(seed, "52:54:00:07:00:0b"),
      rule: "",
      item: "Node/ctl01",
      layer: "formation",
      steps: [{ message: "metadata.boot_mac is boot_mac", location: null }],
      overrode: [],
    });
  });

  it("names the place of an inherited value, and what it overrode", async () => {
    expect(await resolved("Node/sto01", "--explain", "storage.boot_drive.root_size")).toEqual({
      path: "storage.boot_drive.root_size",
      value: "100g",
      from: placeIn(profiles, "100g"),
      rule: "",
      item: "HostProfile/storage",
      layer: "design",
      steps: [{ message: "bootdisk is boot_drive", location: null }],
      overrode: [{ value: "50g", from: placeIn(profiles, "50g"), item: "HostProfile/defaults", layer: "design" }],
    });
    const { stdout } = await bedplate(["resolve", site, "Node/sto01", "--explain", "storage.boot_drive.root_size"]);
    expect(stdout).toBe(
      [
        'storage.boot_drive.root_size = "100g"',
        `  from ${textOf(placeIn(profiles, "100g"))} (HostProfile/storage, layer design)`,
        "  bootdisk is boot_drive",
        `  overrode "50g" from ${textOf(placeIn(profiles, "50g"))} (HostProfile/defaults, layer design)`,
        "",
      ].join("\n"),
    );
  });

  it("names the rule of a computed value and of a default", async () => {
    expect(await resolved("Node/ctl01", "--explain", "fqdn")).toEqual({
      ...{ path: "fqdn", value: "ctl01.mgmt.plant7.example", from: null, rule: "computed-fqdn" },
      ...{ item: "Node/ctl01", layer: "", overrode: [] },
      steps: [
        { message: "the name is ctl01", location: { uri: seed, line: 134, column: 1 } },
        { message: "the primary network is mgmt", location: { uri: profiles, line: 153, column: 20 } },
        {
          message: "dns.domain of Network/mgmt is mgmt.plant7.example",
          location: { uri: profiles, line: 92, column: 13 },
        },
      ],
    });
    expect(await resolved("Site/plant7", "--explain", "power_owner")).toMatchObject({
      value: "server_driver",
      rule: "default",
    });
    const { stdout } = await bedplate(["resolve", site, "Node/ctl01", "--explain", "fqdn"]);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      'fqdn = "ctl01.mgmt.plant7.example"',
      "  from rule computed-fqdn (Node/ctl01)",
      `  the name is ctl01 (${seed}:134:1)`,
    ]);
  });

  it("names the place of a DNS server inside the text it was written in", async () => {
    const servers = await resolved("Network/mgmt", "--explain", 'dns.servers["10.72.0.3"]');
    expect(servers.from).toEqual(placeIn(seed, "10.72.0.3"));
  });

  it("names what took a network away, and what it took away", async () => {
    const path = 'interfaces["bond0"].networks["tenant"]';
    expect(await resolved("Node/ctl01", "--explain", path)).toEqual({
      path,
      value: null,
      from: placeIn(profiles, "name: controller", "'!tenant'"),
      rule: "",
      item: "HostProfile/controller",
      layer: "design",
      steps: [],
      overrode: [
        {
          value: "tenant",
          from: placeIn(profiles, "name: cluster-node", "name: tenant", "tenant"),
          item: "HostProfile/cluster-node",
          layer: "design",
        },
      ],
    });
    const { stdout } = await bedplate(["resolve", site, "Node/cmp01", "--explain", 'platform.kernel_params["quiet"]']);
    expect(stdout).toBe(
      [
        'platform.kernel_params["quiet"] is taken away',
        `  by ${textOf(placeIn(profiles, "'!quiet'", "''"))} (HostProfile/compute, layer design)`,
        `  overrode "true" from ${textOf(placeIn(profiles, "'true'"))} (HostProfile/defaults, layer design)`,
        "",
      ].join("\n"),
    );
  });
});
