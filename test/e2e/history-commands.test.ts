import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, running } from "./support/bedplate.ts";

const example = fileURLToPath(new URL("../../examples/site", import.meta.url));

test(
  "the command line compares revisions, names them, tells who changed what, and goes back",
  { timeout: 240_000 },
  () =>
    withDatabaseEnvironment(async (database) => {
      const folder = await mkdtemp(join(tmpdir(), "bedplate-history-"));
      const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
      const data = join(folder, "data");
      const server = await running(["serve", "--listen", "127.0.0.1:0", "--data", data], /^listening on /, environment);
      const url = server.line.slice("listening on ".length);
      const ask = async (...args: string[]) => {
        const { code, stdout, stderr } = await bedplate([...args, "--design", "plant7", "--server", url], environment);
        return { code, stderr, stdout, lines: stdout.trimEnd().split("\n"), json: () => JSON.parse(stdout) };
      };
      const site = join(folder, "site");
      const rewrite = async (text: string, other: string) => {
        const path = join(site, "bootstrap_profiles.yaml");
        await writeFile(path, (await readFile(path, "utf8")).replace(text, other));
      };
      try {
        await cp(example, site, { recursive: true });
        expect(await ask("submit", site, "-m", "as delivered")).toMatchObject({ code: 0 });
        expect(await ask("tag", "head", "accepted")).toMatchObject({
          code: 0,
          stdout: "revision 1 of plant7 is accepted\n",
        });
        await rewrite("image: noble", "image: jammy");
        expect(await ask("submit", site, "-m", "the older image")).toMatchObject({ code: 0 });

        const place = `(${site}/bootstrap_profiles.yaml:148:12)`;
        const raw = await ask("diff", "accepted", "head", "--raw");
        expect([raw.code, raw.stdout]).toEqual([
          0,
          `HostProfile/defaults in design platform.image: "noble" -> "jammy" ${place}\n`,
        ]);
        const effective = await ask("diff", "1", "2", "--item", "Node/ctl01");
        expect(effective.stdout).toBe(`Node/ctl01 platform.image: "noble" -> "jammy" ${place}\n`);
        expect(await ask("diff", "head", "1", "--exit-code")).toMatchObject({ code: 1 });
        expect(await ask("diff", "head", "2", "--exit-code")).toMatchObject({ code: 0, stderr: "no difference\n" });
        const all = await ask("diff", "0", "1", "-o", "json", "--item", "Site");
        expect(all.json()).toMatchObject({
          ...{ from: 0, to: 1 },
          differences: [{ kind: "Site", path: "", change: "added", before: null }],
        });
        expect(await ask("diff", "acepted")).toMatchObject({ code: 2, stderr: expect.stringContaining("accepted") });

        const past = await ask("get", "Node/ctl01", "--revision", "accepted", "-o", "json");
        expect(past.json().items[0].spec.platform.image).toBe("noble");
        const layers = await ask("layer", "list", "--revision", "accepted", "-o", "json");
        expect(layers.json().layers.map(({ name }: { name: string }) => name)).toContain("formation");
        expect(await ask("kind", "list", "--revision", "acepted")).toMatchObject({ code: 2 });

        const list = await ask("history", "-o", "json");
        expect(list.json().revisions).toMatchObject([
          { number: 2, message: "the older image", tags: [] },
          { number: 1, message: "as delivered", tags: ["accepted"], author: "admin", valid: true },
        ]);
        const created: string = list.json().revisions[1].created;
        expect(created).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        const then = await ask("get", "Node/ctl01", "--revision", created, "-o", "json");
        expect(then.json().items[0].spec.platform.image).toBe("noble");
        const image = await ask("history", "Node/ctl01", "platform.image");
        expect(image.lines).toEqual([
          expect.stringMatching(/^revision 2, 20.*Z, admin changed it: the older image$/),
          '  platform.image: "noble" -> "jammy"',
          expect.stringMatching(/^revision 1 \(accepted\), 20.*Z, admin added it: as delivered$/),
          '  platform.image: added "noble"',
        ]);
        const one = await ask("history", "Node/ctl01", "--limit", "1", "-o", "json");
        expect(one.json().changes).toMatchObject([{ revision: 2, change: "changed" }]);
        expect(one.stderr).toContain("--limit 10");
        expect(await ask("history", "Node/ctl01", "platfrom.image")).toMatchObject({ code: 2 });
        expect(await ask("history", "Node")).toMatchObject({ code: 2 });

        const tried = await ask("restore", "accepted", "--dry-run");
        expect([tried.code, tried.lines[0]]).toEqual([
          0,
          expect.stringMatching(/^revision 3 of plant7 would be as revision 1 was, valid: 0 errors, \d+ warnings$/),
        ]);
        expect(await ask("restore", "1", "--expect-revision", "1")).toMatchObject({ code: 5 });
        const restored = await ask("restore", created, "-m", "jammy won't boot", "-o", "json");
        expect(restored.json()).toMatchObject({ restored: 1, revision: 3, changed: true, valid: true });
        await ask("restore", "accepted");
        expect(await ask("diff", "accepted", "head", "--exit-code")).toMatchObject({ code: 0 });
        expect(await ask("restore", "0")).toMatchObject({ code: 2 });

        expect(await ask("tag", "2", "accepted")).toMatchObject({ code: 1, stderr: expect.stringContaining("move") });
        expect(await ask("tag", "2", "accepted", "--move", "-o", "json")).toMatchObject({ code: 0 });
        expect((await ask("history", "-o", "json")).json().revisions[1]).toMatchObject({
          number: 2,
          tags: ["accepted"],
        });
        expect(await ask("tag", "accepted", "--delete")).toMatchObject({ code: 0 });
        expect(await ask("diff", "accepted")).toMatchObject({ code: 2 });
        expect(await ask("tag", "2", "17")).toMatchObject({ code: 2 });
      } finally {
        await server.end();
        await rm(folder, { recursive: true, force: true });
      }
    }),
);
