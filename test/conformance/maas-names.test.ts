import { createHash } from "node:crypto";
import { ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ErrorDetailSchema, ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { type Lab, type SiteInit, startLab } from "./maas-lab.ts";
import { at, named } from "./maas-specs.ts";

const KEY_DATA = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.alloc(36, 7)]);
const OPS_KEY = `ssh-ed25519 ${KEY_DATA.toString("base64")} ops@plant7`;
const OTHER_KEY = `ssh-ed25519 ${Buffer.concat([KEY_DATA.subarray(0, 15), Buffer.alloc(36, 8)]).toString("base64")} other`;
const FIRMWARE = "#!/bin/bash\nset -e\n./flash\n";
const BURN_IN = `#!/bin/sh
# --- Start MAAS 1.0 script metadata ---
# name: burn-in
# script_type: testing
# tags: [slow]
# timeout: 00:10:00
# parallel: instance
# may_reboot: true
# packages: {apt: [stress-ng]}
# --- End MAAS 1.0 script metadata ---
stress-ng
`;

type DomainInit = Exclude<NonNullable<SiteInit["domains"]>[number], { $typeName: string }>;

/** A site that says something of everything but networks. */
function plant(): SiteInit {
  return {
    name: "plant7",
    domain: "plant7.example",
    domains: [
      {
        name: "dc.plant7.example",
        authoritative: true,
        ttl: 300,
        records: [
          { name: "www", type: "A", data: "10.20.0.50" },
          { name: "www", type: "AAAA", data: "FD00::50" },
          { name: "@", type: "MX", data: "10  Mail.plant7.example.", ttl: 60 },
          { name: "shop", type: "CNAME", data: "www.dc.plant7.example." },
          { name: "_ntp._udp", type: "SRV", data: "0 5 123 www.dc.plant7.example." },
          { name: "@", type: "TXT", data: "v=spf1 -all" },
        ],
      },
    ],
    tags: ["compute", "fast"],
    tagSpecs: [
      { name: "fast", comment: "fast machines", kernelOpts: "hugepages=1024" },
      { name: "nvme", definition: '//node[@id="nvme"]' },
    ],
    repositories: [
      { name: "main_archive", type: "apt", components: ["main", "universe"], pockets: ["updates", "security"] },
      {
        name: "plant",
        type: "apt",
        url: "http://apt.plant7.example/ubuntu",
        arches: ["amd64", "arm64"],
        distributions: ["noble"],
        components: ["main", "extra"],
        key: "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n",
      },
    ],
    authorizedKeys: [OPS_KEY],
    images: ["noble"],
    scripts: [
      {
        name: "firmware",
        type: "commissioning",
        title: "Firmware",
        content: FIRMWARE,
        tags: ["update"],
        timeout: 1800,
        parallel: "disabled",
        hardwareType: "storage",
        mayReboot: true,
        recommission: true,
        packages: ["nvme-cli", "smartmontools"],
        forHardware: ["pci:8086:1563", "system_vendor:Dell, Inc."],
      },
      { name: "burn-in", type: "testing", content: BURN_IN },
    ],
  };
}

async function planOf(lab: Lab, spec: SiteInit) {
  const { changes } = await lab.driver.server.planSite({ target: lab.target, spec });
  return changes;
}

async function writesOf(lab: Lab): Promise<number> {
  return (await lab.ledger()).length;
}

test("domains, records, tags, repositories, keys and scripts come about as specified, and a second run writes nothing", async () => {
  const lab = await startLab([]);
  expect((await lab.site(plant())).changed).toBe(true);

  expect(named(await lab.read("domains/"), "dc.plant7.example")).toMatchObject({ authoritative: true, ttl: 300 });
  expect(named(await lab.read("domains/"), "plant7.example")).toMatchObject({ authoritative: true, ttl: null });
  expect(named(await lab.read("domains/"), "maas")).toMatchObject({ ttl: null, is_default: true });
  const [www] = (await lab.read("dnsresources/?name=www&domain=dc.plant7.example")) as unknown[];
  expect(at(www, "ip_addresses")).toMatchObject([{ ip: "10.20.0.50" }, { ip: "fd00::50" }]);
  expect(await lab.read("dnsresourcerecords/")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ fqdn: "dc.plant7.example", rrtype: "MX", rrdata: "10  Mail.plant7.example.", ttl: 60 }),
      expect.objectContaining({ fqdn: "shop.dc.plant7.example", rrtype: "CNAME", rrdata: "www.dc.plant7.example." }),
      expect.objectContaining({ fqdn: "_ntp._udp.dc.plant7.example", rrtype: "SRV" }),
      expect.objectContaining({ fqdn: "dc.plant7.example", rrtype: "TXT", rrdata: "v=spf1 -all" }),
    ]),
  );
  expect(named(await lab.read("tags/"), "fast")).toMatchObject({
    comment: expect.stringContaining("fast machines"),
    kernel_opts: "hugepages=1024",
  });
  expect(named(await lab.read("tags/"), "nvme")).toMatchObject({ definition: '//node[@id="nvme"]' });
  const repositories = await lab.read("package-repositories/");
  expect(named(repositories, "main_archive")).toMatchObject({
    url: "http://archive.ubuntu.com/ubuntu",
    disabled_pockets: ["backports"],
    disabled_components: ["restricted", "multiverse"],
    components: [],
  });
  expect(named(repositories, "plant")).toMatchObject({
    url: "http://apt.plant7.example/ubuntu",
    arches: ["amd64", "arm64"],
    distributions: ["noble"],
    components: ["main", "extra"],
    disabled_pockets: [],
    enabled: true,
  });
  expect(named(repositories, "ports_archive")).toMatchObject({ disabled_components: [], disabled_pockets: [] });
  expect(await lab.read("account/prefs/sshkeys/")).toMatchObject([{ key: OPS_KEY }]);

  const scripts = await lab.read("scripts/?include_script=true");
  const firmware = named(scripts, "firmware");
  expect(firmware).toMatchObject({
    type: 0,
    title: "Firmware",
    timeout: "0:30:00",
    parallel: 0,
    hardware_type: 3,
    may_reboot: true,
    recommission: true,
    destructive: false,
    packages: { apt: ["nvme-cli", "smartmontools"] },
    for_hardware: ["pci:8086:1563", "system_vendor:Dell, Inc."],
  });
  expect(at(firmware, "tags")).toEqual(["update", "bedplate", "storage"]);
  const [revision] = at(firmware, "history") as unknown[];
  const text = Buffer.from(String(at(revision, "data")), "base64").toString();
  expect(at(revision, "comment")).toBe(`bedplate sha256:${createHash("sha256").update(text).digest("hex")}`);
  expect(text).toContain("./flash");
  expect(named(scripts, "burn-in")).toMatchObject({ type: 2, timeout: "0:10:00", parallel: 1, may_reboot: true });
  expect(named(scripts, "bedplate-manifest")).toMatchObject({ type: 0, parallel: 2 });

  expect((await planOf(lab, plant())).map(({ object, after }) => `${object}: ${after}`)).toEqual([]);
  const before = await writesOf(lab);
  expect((await lab.site(plant())).changed).toBe(false);
  expect(await writesOf(lab)).toBe(before);
  const { objects } = await lab.driver.server.observeSite({ target: lab.target });
  const keys = objects.map(({ type, name }) => `${type} ${name}`);
  for (const key of ["domain dc.plant7.example", "dns name www.dc.plant7.example", "dns record dc.plant7.example MX"]) {
    expect(keys).toContain(key);
  }
  for (const key of ["tag fast", "repository plant", "ssh key ops@plant7", "script firmware"]) {
    expect(keys).toContain(key);
  }
});

test("what changed in the design is changed in place, with what it was, what it will be and where the specification says so", async () => {
  const lab = await startLab([]);
  await lab.site(plant());
  const spec = plant();
  const domain = { ...spec.domains?.[0], name: "dc.plant7.example" } as DomainInit;
  const [main, own] = spec.repositories ?? [];
  const [firmware, burnIn] = spec.scripts ?? [];
  const next: SiteInit = {
    ...spec,
    domains: [
      {
        ...domain,
        ttl: 600,
        records: [
          { name: "www", type: "A", data: "10.20.0.51" },
          { name: "@", type: "MX", data: "20 mail.plant7.example.", ttl: 60 },
          { name: "shop", type: "CNAME", data: "new.dc.plant7.example." },
        ],
      },
    ],
    tagSpecs: [
      { name: "fast", comment: "fast machines", kernelOpts: "hugepages=2048" },
      { name: "nvme", definition: '//node[@id="nvme0"]' },
    ],
    repositories: [main ?? { name: "" }, { ...own, name: "plant", distributions: ["noble", "jammy"] }],
    scripts: [
      { ...firmware, name: "firmware", content: "#!/bin/bash\n./flash --new\n", timeout: 60 },
      { ...burnIn, name: "burn-in" },
    ],
  };
  const changes = await planOf(lab, next);
  expect(changes.map(({ action, object, field }) => `${action} ${object}: ${field}`)).toEqual([
    "update domain dc.plant7.example: ttl",
    "update dns name www.dc.plant7.example: records",
    "update dns record dc.plant7.example MX: records",
    "update dns record shop.dc.plant7.example CNAME: records",
    "update tag fast: kernel_opts",
    "update tag nvme: definition",
    "update repository plant: distributions",
    "update script firmware: ",
  ]);
  expect(changes.every(({ before, after }) => before !== "" && after !== "" && before !== after)).toBe(true);
  const [before] = (await lab.read("dnsresourcerecords/?rrtype=MX")) as unknown[];
  await lab.site(next);
  expect(await planOf(lab, next)).toEqual([]);
  const [after] = (await lab.read("dnsresourcerecords/?rrtype=MX")) as unknown[];
  expect(at(after, "id")).toBe(at(before, "id"));
  const [www] = (await lab.read("dnsresources/?name=www&domain=dc.plant7.example")) as unknown[];
  // The design lists no AAAA of this name any more; without prune what is there stays.
  expect(at(www, "ip_addresses")).toMatchObject([{ ip: "10.20.0.51" }, { ip: "fd00::50" }]);
  expect(at(named(await lab.read("scripts/"), "firmware"), "history")).toHaveLength(2);
});

test("prune removes what left the design and bears the driver's mark, and nothing else", async () => {
  const lab = await startLab([]);
  await lab.site(plant());
  await lab.write("POST", "tags/", { name: "theirs", comment: "not ours" });
  await lab.write("POST", "scripts/", { name: "their-script", type: "testing", script: "#!/bin/sh\ntrue\n" });
  await lab.write("POST", "account/prefs/sshkeys/", { key: OTHER_KEY });
  await lab.write("POST", "package-repositories/", { name: "extra", url: "http://x.example/ubuntu" });
  await lab.write("POST", "dnsresources/", { fqdn: "old.dc.plant7.example", ip_addresses: "10.20.0.9" });
  await lab.write("POST", "domains/", { name: "gone.example" });
  await lab.write("POST", "dnsresourcerecords/", { fqdn: "x.gone.example", rrtype: "TXT", rrdata: "y" });
  await lab.write("POST", "dnsresources/", { fqdn: "other.plant7.example", ip_addresses: "10.20.0.8" });
  const spec = plant();
  const domain = { ...spec.domains?.[0], name: "dc.plant7.example" } as DomainInit;
  const records = domain?.records?.filter(({ type }) => type === "A" || type === "MX") ?? [];
  const less: SiteInit = {
    ...spec,
    domains: [{ ...domain, records }],
    tags: ["compute"],
    tagSpecs: [],
    repositories: spec.repositories?.slice(0, 1) ?? [],
    scripts: [],
  };
  expect((await planOf(lab, less)).map(({ object }) => object)).toEqual([]);
  await lab.site({ ...less, prune: true });
  expect(await lab.read("domains/")).toMatchObject([
    { name: "maas" },
    { name: "dc.plant7.example" },
    { name: "plant7.example" },
  ]);
  const names = async (path: string) => ((await lab.read(path)) as unknown[]).map((entry) => at(entry, "name"));
  expect(await names("tags/")).toEqual(["compute", "theirs"]);
  expect(await names("package-repositories/")).toEqual(["main_archive", "ports_archive"]);
  const scripts = (await lab.read("scripts/")) as unknown[];
  const custom = scripts.filter((script) => at(script, "default") === false).map((script) => at(script, "name"));
  expect(custom.sort()).toEqual(["bedplate-manifest", "their-script"]);
  expect(await lab.read("account/prefs/sshkeys/")).toMatchObject([{ key: OPS_KEY }]);
  const fqdns = ((await lab.read("dnsresources/")) as unknown[]).map((name) => at(name, "fqdn"));
  expect(fqdns.sort()).toEqual(["dc.plant7.example", "other.plant7.example", "www.dc.plant7.example"]);
  expect(await planOf(lab, { ...less, prune: true })).toEqual([]);
});

test("a domain that machines are in stays, whatever prune says", async () => {
  const lab = await startLab();
  await lab.write("POST", "domains/", { name: "old.example" });
  const [machine] = (await lab.read("machines/")) as unknown[];
  await lab.write("PUT", `machines/${at(machine, "system_id")}/`, { domain: "old.example" });
  const spec: SiteInit = { name: "s", domains: [{ name: "new.example", authoritative: true }], prune: true };
  expect((await lab.site(spec)).message).toContain("domain old.example is left: nodes are in it");
  expect(named(await lab.read("domains/"), "old.example")).toMatchObject({ is_default: false });
  expect(await planOf(lab, spec)).toEqual([]);
});

test("an existing MAAS that is as the design says shows only true differences", async () => {
  const lab = await startLab([]);
  await lab.write("POST", "domains/", { name: "dc.plant7.example", ttl: "900" });
  await lab.write("POST", "tags/", { name: "fast", comment: "fast machines", kernel_opts: "quiet" });
  await lab.write("POST", "scripts/", {
    ...{ name: "firmware", type: "commissioning", script: FIRMWARE, timeout: "60", tags: "update,mine" },
  });
  const spec: SiteInit = {
    name: "plant7",
    domains: [{ name: "DC.plant7.example.", authoritative: true }],
    tags: ["fast"],
    tagSpecs: [{ name: "fast", comment: "fast machines" }],
    scripts: [{ name: "firmware", type: "commissioning", content: FIRMWARE }],
  };
  expect((await planOf(lab, spec)).map(({ object }) => object)).toEqual(["script bedplate-manifest"]);
  await lab.site(spec);
  expect(named(await lab.read("scripts/"), "firmware")).toMatchObject({
    timeout: "0:01:00",
    tags: ["update", "mine", "node"],
  });
});

test.each([
  [{ repositories: [{ name: "r", type: "rpm", url: "http://x/" }] }, /type rpm/, "spec.repositories[0].type"],
  [{ scripts: [{ name: "s", content: "echo\n" }] }, /"#!\/"/, "spec.scripts[0].content"],
  [
    { scripts: [{ name: "burn-in", type: "testing", content: BURN_IN, timeout: 60 }] },
    /timeout is 60 in the design, and timeout is 00:10:00 in the metadata/,
    "spec.scripts[0].timeout",
  ],
  [
    { scripts: [{ name: "burn-in", type: "commissioning", content: BURN_IN }] },
    /type is commissioning in the design, and script_type is testing in the metadata/,
    "spec.scripts[0].type",
  ],
  [
    { domains: [{ name: "d.example", records: [{ name: "a", type: "A", data: "fd00::1" }] }] },
    /no address of a record of type A/,
    "spec.domains[0].records[0].data",
  ],
])("%j is refused before anything is written, naming the field", async (part, message, fieldPath) => {
  const lab = await startLab([]);
  const spec = { name: "plant7", ...part } as SiteInit;
  const error: unknown = await lab.driver.server
    .planSite({ target: lab.target, spec })
    .catch((cause: unknown) => cause);
  if (!(error instanceof ConnectError)) throw new Error("the plan was made");
  expect(error.rawMessage).toMatch(message);
  expect(error.findDetails(ErrorDetailSchema)[0]).toMatchObject({ reason: ErrorReason.INVALID_FIELD, fieldPath });
  expect(await writesOf(lab)).toBe(0);
});

test("a script of a built-in name and a malformed key are refused with what to do", async () => {
  const lab = await startLab([]);
  await expect(lab.site({ name: "s", scripts: [{ name: "maas-lshw", content: FIRMWARE }] })).rejects.toThrow(
    'MAAS comes with a script "maas-lshw" of its own',
  );
  await expect(lab.site({ name: "s", authorizedKeys: ["ssh-rsa AAAA broken"] })).rejects.toThrow(
    "Invalid SSH public key",
  );
});

test("an image that is being imported is waited for; one that is missing, or not being imported, is an error", async () => {
  const lab = await startLab([]);
  const spec: SiteInit = { name: "s", images: ["jammy"] };
  const ensure = () =>
    lab.driver.server.ensureSite({
      target: lab.target,
      spec,
      operation: { operationId: "operation-import", precondition: "" },
    });
  await lab.meddle("images/ubuntu%2Fjammy", { complete: false, importing: true });
  const { result } = await ensure();
  expect(result?.outcome).toMatchObject({
    case: "inProgress",
    value: { message: "MAAS is importing jammy", retryAfterMs: 10_000 },
  });
  await lab.meddle("images/ubuntu%2Fjammy", { importing: false });
  await expect(ensure()).rejects.toThrow('MAAS has the image "jammy" in part only, and is importing nothing');
  await lab.meddle("images/ubuntu%2Fjammy", { complete: true });
  expect((await ensure()).result?.outcome.case).toBe("done");
  await expect(lab.site({ name: "s", images: ["focal"] })).rejects.toThrow('MAAS has no image "focal"; it has ubuntu/');
});
