import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { DriverKind } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { PluginState } from "../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import { execute } from "../../src/db/database.ts";
import { withDatabase } from "../support/database.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { openSite, type Site, type SiteOptions } from "../support/orchestrator.ts";

function withDrivers(work: (site: Site) => Promise<void>, options: SiteOptions = {}): Promise<void> {
  return withDatabase(async (database) => {
    const site = await openSite(database, createDriverWorld([]), options);
    try {
      await work(site);
    } finally {
      await site.orchestrator.close();
    }
  });
}

const literal = (value: string) => ({ source: { case: "literal" as const, value } });
const reference = (value: string) => ({ source: { case: "ref" as const, value } });
const fake = (name: string, api_key = literal("hunter2")) => ({
  name,
  plugin: "fake",
  endpoint: "http://x",
  secrets: { api_key },
});

test("a driver instance is registered, read, listed, changed and forgotten", () =>
  withDrivers(async ({ client }) => {
    for (const name of ["b", "a", "c"]) await client.putDriverInstance({ instance: fake(name) });
    await client.putDriverInstance({ instance: { ...fake("b"), options: { speed: "2" } } });
    const { status } = await client.getDriverInstance({ name: "b" });
    expect(status).toMatchObject({
      instance: { name: "b", plugin: "fake", endpoint: "http://x", options: { speed: "2" } },
      pluginState: PluginState.READY,
      starts: 1,
      info: { name: "test.fake", kinds: [DriverKind.SERVER, DriverKind.NETWORK, DriverKind.OOB] },
    });
    const first = await client.listDriverInstances({ pageSize: 2 });
    const second = await client.listDriverInstances({ pageSize: 2, pageToken: first.nextPageToken });
    const names = [...first.statuses, ...second.statuses].map(({ instance }) => instance?.name);
    expect([names, second.nextPageToken]).toEqual([["a", "b", "c"], ""]);
    await client.deleteDriverInstance({ name: "b" });
    await client.deleteDriverInstance({ name: "b" });
    expect(await failureOf(client.getDriverInstance({ name: "b" }))).toMatchObject({ code: "NotFound" });
  }));

test("an unknown plugin, option or secret, and a missing secret, are refused with the field", () =>
  withDrivers(async ({ client }) => {
    const refusal = async (instance: Parameters<Site["client"]["putDriverInstance"]>[0]["instance"]) =>
      (await failureOf(client.putDriverInstance({ instance }))).message;
    expect(await refusal({ ...fake("a"), plugin: "fakes" })).toBe('there is no plugin "fakes"');
    expect(await refusal({ ...fake("a"), options: { sped: "1" } })).toBe("the driver fake knows no option sped");
    expect(await refusal({ ...fake("a"), secrets: { key: literal("x") } })).toBe("the driver fake knows no secret key");
    expect(await refusal({ ...fake("a"), secrets: {} })).toBe("the driver fake needs the secret api_key");
    expect((await client.listDriverInstances({})).statuses).toEqual([]);
  }));

test("a literal secret is sealed: it reaches the driver and is neither answered nor stored in clear", () =>
  withDrivers(async ({ client, world, database }) => {
    const { status } = await client.putDriverInstance({ instance: fake("a", literal("hunter2-canary")) });
    const answered = status?.instance?.secrets.api_key?.source;
    expect(answered?.case === "ref" && answered.value).toMatch(/^sealed:/);
    expect((await client.probeDriverInstance({ name: "a" })).message).toBe("all well");
    expect(world.lastTarget).toMatchObject({ instance: "a", secrets: { api_key: "hunter2-canary" } });
    const rows = await execute<{ text: string }>(
      database.db,
      sql`select row_to_json(d)::text as text from bedplate.driver_instance d union all select row_to_json(s)::text from bedplate.sealed_secret s`,
    );
    expect(rows).toHaveLength(2);
    for (const { text } of rows) expect(text).not.toContain("canary");
    // What was read may be written back; it opens for this instance only.
    await client.putDriverInstance({ instance: { ...fake("a"), secrets: status?.instance?.secrets ?? {} } });
    await client.probeDriverInstance({ name: "a" });
    expect(world.lastTarget?.secrets.api_key).toBe("hunter2-canary");
    const stolen = client.putDriverInstance({ instance: { ...fake("b"), secrets: status?.instance?.secrets ?? {} } });
    expect((await failureOf(stolen)).message).toMatch(/^driver instance b has no sealed secret sealed:/);
  }));

test("references are resolved below the secrets directory and among the allowed variables, just before a call", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bedplate-secrets-"));
  try {
    await writeFile(join(directory, "key"), "from-file\n");
    await symlink("/etc/hostname", join(directory, "outside"));
    const env = { BEDPLATE_SECRET_KEY: "from-env", HOME: "/root" };
    await withDrivers(
      async ({ client, world }) => {
        const probe = async (ref: string) => {
          await client.putDriverInstance({ instance: { ...fake("a"), secrets: { api_key: reference(ref) } } });
          await client.probeDriverInstance({ name: "a" });
          return world.lastTarget?.secrets.api_key;
        };
        expect(await probe("file:key")).toBe("from-file");
        expect(await probe("env:BEDPLATE_SECRET_KEY")).toBe("from-env");
        await writeFile(join(directory, "key"), "changed");
        expect(await probe("file:key")).toBe("changed");
        for (const ref of ["file:none", "file:../key", "file:outside", "env:BEDPLATE_SECRET_OTHER"]) {
          const failure = await failureOf(probe(ref));
          expect([failure.reason, failure.message.includes(`the secret ${ref} of driver instance a`)]).toEqual([
            "SECRET_UNAVAILABLE",
            true,
          ]);
        }
        expect(await failureOf(probe("env:HOME"))).toMatchObject({ code: "InvalidArgument" });
      },
      { secretsDirectory: directory, env },
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("without a secrets directory no file is read", () =>
  withDrivers(async ({ client }) => {
    await client.putDriverInstance({ instance: { ...fake("a"), secrets: { api_key: reference("file:etc/passwd") } } });
    expect((await failureOf(client.probeDriverInstance({ name: "a" }))).message).toContain(
      "can't be read: no secrets directory is configured",
    );
  }));
