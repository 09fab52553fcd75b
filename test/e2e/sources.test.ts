import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { withGitRepository } from "../support/git-repository.ts";
import { netboxToken, startNetbox } from "../support/netbox-server.ts";
import { labWorld } from "../support/netbox-world.ts";
import { bedplate, running } from "./support/bedplate.ts";

const site = "apiVersion: bedplate/v1\nkind: Site\nmetadata: {name: lab}\nspec: {domain: lab.example}\n";

test(
  "a server follows the repository and the NetBox of its configuration, and shows how far it has come",
  { timeout: 120_000 },
  () =>
    withDatabaseEnvironment((database) =>
      withGitRepository(async (repository) => {
        const folder = await mkdtemp(join(tmpdir(), "bedplate-sources-"));
        const netbox = await startNetbox(labWorld(2));
        const environment = {
          ...database,
          XDG_STATE_HOME: join(folder, "state"),
          XDG_DATA_HOME: join(folder, "share"),
        };
        const first = repository.commit({ "site.yaml": site }, "The site");
        await mkdir(join(folder, "secrets"));
        await writeFile(join(folder, "secrets", "netbox-token"), `${netboxToken}\n`);
        const config = join(folder, "bedplate.yaml");
        await writeFile(
          config,
          `secrets_directory: secrets
sources:
- {name: yaml, type: git, url: '${repository.url}', ref: main, design: lab, interval: 24h}
- {name: ipam, type: netbox, url: '${netbox.url}', design: lab, layer: netbox, interval: 24h, secrets: {token: {ref: 'file:netbox-token'}}}
`,
        );
        const serve = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--config", config];
        const server = await running(serve, /^listening on /, environment);
        try {
          const url = server.line.slice("listening on ".length);
          const command = (...args: string[]) => bedplate([...args, "--server", url], environment);
          const synced = async (name: string) => {
            // The server looks by itself as it starts: then the command finds it looking already.
            for (;;) {
              const ended = await command("source", "sync", name, "-o", "json");
              if (ended.code !== 5) return ended;
            }
          };
          expect((await synced("yaml")).code).toBe(0);
          expect((await synced("ipam")).code).toBe(0);
          const { sources } = JSON.parse((await command("source", "list", "-o", "json")).stdout);
          expect(sources).toMatchObject([
            {
              name: "ipam",
              type: "netbox",
              url: netbox.url,
              design: "lab",
              layer: "netbox",
              interval_seconds: 86400,
              error: "",
            },
            { name: "yaml", type: "git", url: repository.url, design: "lab", layer: "", position: first, error: "" },
          ]);
          expect(JSON.stringify(sources)).not.toContain(netboxToken);
          const second = repository.commit({ "site.yaml": site.replace("lab.example", "plant.example") }, "Rename");
          const after = JSON.parse((await synced("yaml")).stdout);
          expect(after).toMatchObject({ changed: true, source: { position: second, revision: "3" } });
          expect((await command("source", "sync", "yaml")).stdout).toBe(
            `yaml: nothing new; ${second.slice(0, 12)} is revision 3 of lab\n`,
          );
          const table = (await command("source", "list")).stdout.split("\n");
          expect(table[0]).toMatch(/^NAME +TYPE +DESIGN +LAYER +POSITION +REVISION +CHECKED +ERROR$/);
          expect(table[2]).toMatch(new RegExp(`^yaml +git +lab +- +${second.slice(0, 12)} +3 +20.*Z +-$`));
          const unknown = await command("source", "sync", "yamel");
          expect([unknown.code, unknown.stderr.split("\n").length]).toEqual([2, 2]);
          expect(unknown.stderr).toMatch(/there is no source "yamel"; sources are yaml, ipam/);
          const submitted = await command("submit", "examples/site", "--design", "lab", "--layer", "netbox");
          expect([submitted.code === 0, /written by netbox:ipam alone/.test(submitted.stderr)]).toEqual([false, true]);
        } finally {
          await server.end("SIGTERM");
          await netbox.close();
          await rm(folder, { recursive: true, force: true });
        }
      }),
    ),
);
