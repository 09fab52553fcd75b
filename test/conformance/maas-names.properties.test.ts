import { expect, test } from "vitest";
import { fc } from "../support/property.ts";
import { type Lab, type SiteInit, startLab } from "./maas-lab.ts";

const ttl = fc.constantFrom(0, 60, 300);
const host = fc.constantFrom("mail.a.example.", "Mail2", "srv.b.example.");
const subset = <T>(values: readonly T[]) => fc.subarray([...values]);

/** Records that can be together: an alias has a name no other record has, and addresses of a name are kept for one time. */
const records = fc
  .tuple(
    fc.record({ ttl, v4: subset(["10.0.0.1", "10.0.0.2"]), v6: subset(["fd00::1", "FD00:0::2"]) }),
    fc.option(fc.record({ data: host, ttl })),
    fc.uniqueArray(fc.record({ preference: fc.constantFrom(10, 20), host, ttl }), {
      selector: (mx) => mx.host,
      maxLength: 2,
    }),
    subset(["v=spf1 -all", "one  two"]),
    fc.option(fc.record({ weight: fc.constantFrom(0, 5), host })),
  )
  .map(([www, alias, mail, texts, service]) => [
    ...www.v4.map((data) => ({ name: "www", type: "A", data, ttl: www.ttl })),
    ...www.v6.map((data) => ({ name: "www", type: "AAAA", data, ttl: www.ttl })),
    ...(alias === null ? [] : [{ name: "shop", type: "CNAME", data: alias.data, ttl: alias.ttl }]),
    ...mail.map((mx) => ({ name: "@", type: "MX", data: `${mx.preference} ${mx.host}`, ttl: mx.ttl })),
    ...texts.map((data) => ({ name: "@", type: "TXT", data, ttl: 0 })),
    ...(service === null
      ? []
      : [{ name: "_sip._tcp", type: "SRV", data: `0 ${service.weight} 5060 ${service.host}`, ttl: 0 }]),
  ]);

const domains = subset(["a.example", "b.example", "c.b.example"]).chain((names) =>
  fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), authoritative: fc.boolean(), ttl, records }))),
);

const BLOCKS = ["", "may_reboot: true", "timeout: 00:05:00", "tags: [own, cpu]", "packages: {apt: [jq]}"];

const scripts = subset(["one", "two", "three"]).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        type: fc.constantFrom("commissioning", "testing", "release"),
        title: fc.constantFrom("", "A title"),
        content: fc
          .tuple(fc.constantFrom(...BLOCKS), fc.constantFrom("true\n", "false", "echo 1\r\necho 2\n"))
          .map(([line, rest]) => {
            const block = `# --- Start MAAS 1.0 script metadata ---\n#   ${line}\n# --- End MAAS 1.0 script metadata ---\n`;
            return `#!/bin/sh\n${line === "" ? "" : block}${rest}`;
          }),
        hardwareType: fc.constantFrom("node", "cpu", "storage"),
        parallel: fc.constantFrom("disabled", "instance", "any"),
        recommission: fc.boolean(),
        destructive: fc.boolean(),
        forHardware: subset(["pci:8086:1592", "system_vendor:Dell, Inc."]),
      }),
    ),
  ),
);

const repositories = subset(["main_archive", "one", "two"]).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constant(name),
        type: fc.constantFrom("apt", ""),
        url: fc.constantFrom("http://a.example/ubuntu", "http://b.example/ubuntu/"),
        arches: subset(["amd64", "arm64"]),
        components: subset(["main", "universe"]),
        pockets: subset(["updates", "security", "backports"]),
        key: fc.constantFrom("", "-----BEGIN KEY-----\nabc\n-----END KEY-----\n"),
      }),
    ),
  ),
);

const site: fc.Arbitrary<SiteInit> = fc.record({
  name: fc.constant("s"),
  domain: fc.constantFrom("", "a.example", "other.example"),
  domains,
  tags: subset(["t1", "t2"]),
  tagSpecs: subset(["t2", "t3"]).chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({
          name: fc.constant(name),
          comment: fc.constantFrom("", "means something"),
          definition: fc.constantFrom("", "//node"),
          kernelOpts: fc.constantFrom("", "quiet", "a=1 b"),
        }),
      ),
    ),
  ),
  repositories,
  removeUnlistedRepositories: fc.boolean(),
  scripts,
  prune: fc.boolean(),
});

async function differences(lab: Lab, spec: SiteInit): Promise<string[]> {
  const { changes } = await lab.driver.server.planSite({ target: lab.target, spec });
  return changes.map(({ action, object, before, after }) => `${action} ${object}: ${before} -> ${after}`);
}

test("whatever was there before, a site that was brought about has nothing to plan, and a second run writes nothing", async () => {
  const lab = await startLab([]);
  await fc.assert(
    fc.asyncProperty(site, async (spec) => {
      await lab.site(spec);
      expect(await differences(lab, spec)).toEqual([]);
      const writes = (await lab.ledger()).length;
      expect((await lab.site(spec)).changed).toBe(false);
      expect((await lab.ledger()).length).toBe(writes);
    }),
    { numRuns: 30 },
  );
}, 60_000);
