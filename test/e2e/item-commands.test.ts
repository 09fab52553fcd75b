import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, type Ended, running } from "./support/bedplate.ts";

interface Commands {
  readonly folder: string;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Runs a command that must succeed, and gives what it printed, read as JSON. */
  json<Value>(...args: string[]): Promise<Value>;
}

interface Changed {
  readonly revision: number;
  readonly changed: boolean;
  readonly dry_run: boolean;
  readonly items: readonly { readonly kind: string; readonly name: string; readonly change: string }[];
  readonly etag: string;
}

async function withCommands(work: (commands: Commands) => Promise<void>): Promise<void> {
  await withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-items-"));
    const environment = {
      ...database,
      XDG_STATE_HOME: join(folder, "state"),
      XDG_DATA_HOME: join(folder, "share"),
      TMPDIR: folder,
    };
    const args = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")];
    const server = await running(args, /^listening on /, environment);
    const url = server.line.slice("listening on ".length);
    const run: Commands["run"] = (command, more = {}) =>
      bedplate([...command, "--design", "lab", "--server", url], { ...environment, ...more });
    try {
      await work({
        folder,
        run,
        async json(...command) {
          const { code, stdout, stderr } = await run([...command, "-o", "json"]);
          if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${stderr}${stdout}`);
          return JSON.parse(stdout);
        },
      });
    } finally {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const site = `apiVersion: bedplate/v1
kind: Site
metadata: {name: lab}
spec: {domain: lab.example}
`;
const racks = `apiVersion: bedplate/v1
kind: Rack
metadata: {name: r1}
spec:
  location: {row: x}
---
apiVersion: bedplate/v1
kind: Rack
metadata: {name: r2}
spec: {}
`;
const firewall = `apiVersion: bedplate/v1
kind: CustomKind
metadata: {name: Firewall.acme.example}
spec:
  description: What may pass
  json_schema:
    type: object
    properties: {zone: {type: string}, rules: {type: array, items: {type: object, properties: {name: {type: string}, port: {type: integer}}}}}
  merge_keys: {rules: name}
`;

test("items are created, edited and deleted from the command line", { timeout: 240_000 }, () =>
  withCommands(async ({ folder, run, json }) => {
    const file = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    await run(["submit", await file("site.yaml", site), "--layer", "site"]);
    const list = await file("racks.yaml", racks);
    const nowhere = await run(["create", "-f", list]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("--layer")]);
    expect(await json<Changed>("create", "-f", list, "--layer", "manual", "--dry-run")).toMatchObject({
      ...{ changed: true, dry_run: true, revision: 2 },
    });
    const made = await json<Changed>("create", "-f", list, "--layer", "manual", "-m", "two racks");
    expect(made).toMatchObject({ changed: true, dry_run: false, revision: 2 });
    expect(made.items).toContainEqual({ kind: "Rack", name: "r2", change: "created" });
    const explained = await json<{ from: object }>("explain", "Rack/r1", 'location["row"]');
    expect(explained.from).toMatchObject({ uri: list, line: 5 });
    const layers = await json<{ layers: { name: string; source: string }[] }>("layer", "list");
    expect(layers.layers.map(({ name, source }) => `${name} ${source}`)).toEqual(["site ", "manual api"]);
    const owned = await run(["submit", list, "--layer", "manual"]);
    expect([owned.code, owned.stderr]).toEqual([1, expect.stringContaining("written by API clients")]);

    // By fields.
    const set = await json<Changed>("edit", "Rack/r1", "--set", "location.row=y", "--set", 'labels["a"]="1.0"');
    expect(set).toMatchObject({ changed: true, revision: 3 });
    const printed = await run(["edit", "Rack/r1", "--print"]);
    expect(printed.stdout).toContain(`# etag: ${set.etag}\n`);
    expect(printed.stdout).toContain('spec:\n  labels:\n    a: "1.0"\n  location:\n    row: "y"\n');
    const slip = await run(["edit", "Rack/r1", "--set", "locaton.row=y"]);
    expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining("did you mean location?")]);
    await json<Changed>("edit", "Rack/r1", "--unset", "labels");

    // By a file that was printed from a declaration: somebody changed it meanwhile.
    const stale = await run(["edit", "Rack/r1", "--file", await file("old.yaml", printed.stdout)]);
    expect([stale.code, stale.stderr]).toEqual([5, expect.stringContaining("somebody changed it")]);
    const fresh = await file("new.yaml", (await run(["edit", "Rack/r1", "--print"])).stdout.replace('"y"', "z"));
    expect(await json<Changed>("edit", "Rack/r1", "--file", fresh)).toMatchObject({ changed: true, revision: 5 });
    const wrong = await file("wrong.yaml", racks.split("---")[0]?.replace("  location", "# why\n  loction") ?? "");
    const refused = await run(["edit", "Rack/r1", "--file", wrong]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain(`${wrong}:6:3: error unknown-field`);

    // In an editor.
    const unchanged = await run(["edit", "Rack/r1"], { EDITOR: "true" });
    expect([unchanged.code, unchanged.stdout]).toEqual([0, expect.stringContaining("nothing changed")]);
    const edited = await run(["edit", "Rack/r1"], { EDITOR: "sed -i s/z$/w/" });
    expect([edited.code, edited.stdout]).toEqual([0, expect.stringContaining("changed: Rack/r1\nrevision 6 of lab")]);
    const bad = await run(["edit", "Rack/r1"], { EDITOR: "sed -i s/location/locations/" });
    expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining('did you mean "location"?')]);
    const kept = /--file (\S+\.yaml)/.exec(bad.stderr)?.[1] ?? "";
    expect(await readFile(kept, "utf8")).toContain("locations:");
    expect((await readdir(folder)).filter((name) => name.startsWith("bedplate-edit-"))).toHaveLength(1);
    const without = await run(["edit", "Rack/r1"]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("set EDITOR")]);

    // An item of another layer is overridden in this one.
    await json<Changed>("edit", "Site/lab", "--layer", "manual", "--set", "domain=other.example");
    const raw = await json<{ items: { layer: string }[] }>("get", "Site/lab", "--raw");
    expect(raw.items.map(({ layer }) => layer)).toEqual(["site", "manual"]);
    const which = await run(["delete", "Site/lab"]);
    expect([which.code, which.stderr]).toEqual([2, expect.stringContaining("declared in site, manual")]);
    await json<Changed>("delete", "Site/lab", "--layer", "manual");
    const gone = await json<Changed>("delete", "Rack/r2");
    expect(gone).toMatchObject({ changed: true, items: [{ kind: "Rack", name: "r2", change: "deleted" }] });
    expect(await json<Changed>("delete", "Rack/r2", "--layer", "manual")).toMatchObject({ changed: false });
    const { revisions } = await json<{ revisions: { message: string }[] }>("history");
    expect(revisions.slice(0, 2).map(({ message }) => message)).toEqual(["delete Rack/r2", "delete Site/lab"]);

    // A layer of files is handed to API clients.
    const refusedThere = await run(["edit", "Site/lab", "--set", "description=the lab"]);
    expect([refusedThere.code, refusedThere.stderr]).toEqual([1, expect.stringContaining("not by single items")]);
    expect(await json("layer", "set", "site", "--source", "api", "--literals")).toMatchObject({ changed: true });
    expect(await json("layer", "set", "site", "--rank", "400")).toMatchObject({ changed: false });
    await json<Changed>("edit", "Site/lab", "--set", "description=the lab");
    const after = await json<{ layers: object[] }>("layer", "list");
    expect(after.layers).toContainEqual({
      ...{ name: "site", rank: 400, role: "any", source: "api", owns: [] },
      ...{ may_reference_secrets: false, allow_secret_literals: true },
    });
  }),
);

test("kinds of a design's own are put and listed, and their items set by field", { timeout: 120_000 }, () =>
  withCommands(async ({ folder, run, json }) => {
    const file = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    await run(["submit", await file("site.yaml", site), "--layer", "site"]);
    const slip = await run(["kind", "put", await file("slip.yaml", firewall.replace("merge_keys", "merge_key"))]);
    expect([slip.code, slip.stdout]).toEqual([1, expect.stringContaining('did you mean "merge_keys"?')]);
    const wrong = await run(["kind", "put", await file("wrong.yaml", firewall.replace("rules: name", "rules: nam"))]);
    expect([wrong.code, wrong.stdout]).toEqual([
      1,
      expect.stringMatching(/wrong\.yaml:9:\d+: error custom-kind-schema/),
    ]);
    const path = await file("firewall.yaml", firewall);
    expect(await json<Changed>("kind", "put", path)).toMatchObject({ changed: true, revision: 2 });
    const { kinds } = await json<{ kinds: { kind: string; merge_keys: object; layers: string[] }[] }>("kind", "list");
    expect(kinds).toMatchObject([
      { kind: "Firewall.acme.example", merge_keys: { rules: "name" }, layers: ["kinds"], description: "What may pass" },
    ]);
    const edge =
      "apiVersion: bedplate/v1\nkind: Firewall.acme.example\nmetadata: {name: edge, layer: manual}\nspec: {}\n";
    await json<Changed>("create", "-f", await file("edge.yaml", edge));
    await json<Changed>("edit", "Firewall.acme.example/edge", "--set", 'rules["ssh"].port=22', "--set", "zone=a");
    const { items } = await json<{ items: { spec: object }[] }>("get", "Firewall.acme.example/edge");
    expect(items[0]?.spec).toEqual({ zone: "a", rules: [{ name: "ssh", port: 22 }] });
    const used = await run(["delete", "CustomKind/Firewall.acme.example"]);
    expect([used.code, used.stdout]).toEqual([1, expect.stringContaining("unknown-kind")]);
  }),
);
