import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, type Running, running } from "./support/bedplate.ts";

const siteOf = (cidr: string) => `apiVersion: bedplate/v1
kind: Site
metadata: {name: lab}
spec: {domain: lab.example}
---
apiVersion: bedplate/v1
kind: Network
metadata: {name: mgmt}
spec: {cidr: ${cidr}}
`;

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { sequence: number; item?: { name: string }; revision?: { number: number } });

test(
  "bedplate watch goes on where it was when the server was started again, and ends cleanly",
  { timeout: 180_000 },
  () =>
    withDatabaseEnvironment(async (database) => {
      const folder = await mkdtemp(join(tmpdir(), "bedplate-watch-"));
      const environment = { ...database, XDG_STATE_HOME: join(folder, "state") };
      const serve = (listen: string) =>
        running(["serve", "--listen", listen, "--data", join(folder, "data")], /^listening on /, environment);
      const file = join(folder, "site.yaml");
      const watching: Running[] = [];
      let server = await serve("127.0.0.1:0");
      const url = server.line.slice("listening on ".length);
      const at = ["--design", "lab", "--server", url];
      const submit = async (cidr: string) => {
        await writeFile(file, siteOf(cidr));
        expect((await bedplate(["submit", file, ...at], environment)).code).toBe(0);
      };
      const watch = (...args: string[]) => bedplate(["watch", ...args, ...at], environment);
      try {
        await submit("10.0.0.0/24");
        const following = await running(
          ["watch", ...at, "--after", "0", "-o", "json", "--count", "5"],
          /./,
          environment,
        );
        watching.push(following);
        await server.end("SIGTERM");
        server = await serve(new URL(url).host);
        await submit("10.0.0.0/23");
        expect(await following.ended).toBe(0);
        expect(following.stderr().trim().split("\n")).toEqual([
          "the server is away; waiting for it",
          "the server is back; going on after change 3",
        ]);
        const told = lines(following.stdout());
        expect(
          told.slice(0, 5).map(({ sequence, item, revision }) => [sequence, item?.name ?? revision?.number]),
        ).toEqual([
          [1, "mgmt"],
          [2, "lab"],
          [3, 1],
          [4, "mgmt"],
          [5, 2],
        ]);

        const people = await watch("Network/mgmt", "--revisions", "--after", "0", "--count", "4");
        expect(people).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(
            /^ +1 {2}\S+ \S+Z {2}Network\/mgmt added in revision 1\n +3 .*revision 1 by \S+, valid.*\n +4 .* changed in revision 2\n +5 .*\n$/,
          ),
        });
        const late = await watch("--after", "99");
        expect([late.code, late.stderr]).toEqual([
          5,
          expect.stringMatching(/^error: design "lab" .* 99 .*; watch from_now/),
        ]);
        expect((await watch("Netwrok")).stderr).toMatch(/did you mean "Network"\?/);
        expect((await watch("--count", "9", "--after", "0", "--timeout", "1")).code).toBe(6);

        const waiting = await running(["watch", ...at, "-o", "json"], /"bookmark":true/, environment);
        await waiting.end("SIGINT");
        expect([await waiting.ended, waiting.stderr()]).toEqual([130, ""]);
      } finally {
        for (const one of watching) await one.end();
        await server.end("SIGTERM");
        await rm(folder, { recursive: true, force: true });
      }
    }),
);
