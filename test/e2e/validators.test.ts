import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixture } from "../conformance/fixtures/start-host.ts";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, running } from "./support/bedplate.ts";

const site = `---
apiVersion: bedplate/v1
kind: Site
metadata: {name: s}
spec: {}
---
apiVersion: bedplate/v1
kind: Node
metadata: {name: stranger}
spec:
  boot_mac: '52:54:00:00:00:01'
`;

test(
  "validators of the configuration look at every design that is submitted, and explain says how a value came about",
  { timeout: 120_000 },
  () =>
    withDatabaseEnvironment(async (database) => {
      const folder = await mkdtemp(join(tmpdir(), "bp-"));
      const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
      const { command, args } = fixture("validator-plugin.ts");
      const config = join(folder, "bedplate.yaml");
      await writeFile(config, `validators: [{name: names, command: ${JSON.stringify([command, ...args])}}]\n`);
      const file = join(folder, "site.yaml");
      await writeFile(file, site);
      const serve = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--config", config];
      const server = await running(serve, /^listening on /, environment);
      try {
        const url = server.line.slice("listening on ".length);
        const submitted = await bedplate(
          ["submit", file, "--design", "lab", "--server", url, "-o", "json"],
          environment,
        );
        expect([submitted.code, submitted.stderr]).toEqual([1, ""]);
        const { diagnostics } = JSON.parse(submitted.stdout) as { diagnostics: readonly Record<string, unknown>[] };
        expect(diagnostics.filter(({ rule }) => rule === "site-prefix")).toMatchObject([
          { severity: "error", kind: "Node", name: "stranger", location: { uri: file, line: 11, column: 13 } },
        ]);
        const asked = ["Node/stranger", "fqdn", "--design", "lab", "--server", url];
        const explained = await bedplate(["explain", ...asked], environment);
        expect(explained.stdout.split("\n")).toEqual([
          'fqdn = "stranger.local"',
          "  from rule computed-fqdn (Node/stranger)",
          `  the name is stranger (${file}:7:1)`,
          "  domain of Site/s is local (a default)",
          "",
        ]);
      } finally {
        await server.end();
        await rm(folder, { recursive: true, force: true });
      }
    }),
);
