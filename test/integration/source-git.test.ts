import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Look } from "../../src/sources/look.ts";
import { withDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { gitSource, withSources } from "../support/followed-sources.ts";
import { serveGit } from "../support/git-https.ts";
import { withGitRepository } from "../support/git-repository.ts";
import { TLS_PAIR } from "../support/tls-pair.ts";

const item = (kind: string, name: string, spec: string) =>
  `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

const site = item("Site", "lab", "{domain: lab.example}");
const network = (cidr: string) => item("Network", "mgmt", `{cidr: ${cidr}}`);

test("a new head becomes a revision that says which commit it is; without one nothing happens", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, folder, [gitSource(repository.url)], async (sources, state) => {
        const first = repository.commit(
          { "site.yaml": site, "net/mgmt.yml": network("10.0.0.0/24"), "README.md": "x" },
          "The site\n\nIts first state.",
        );
        expect(await sources.sync("site")).toMatchObject({
          changed: true,
          source: { position: first, revision: 1n, error: "" },
        });
        const { revision } = await state.getRevision({ design: "lab" });
        expect(revision).toMatchObject({
          number: 1n,
          valid: true,
          author: "git:site",
          message: "The site",
          layers: ["main"],
        });
        expect(revision?.metadata).toEqual({
          "git.commit": first,
          "git.ref": "main",
          "git.author": "Ada Example <ada@plant7.example>",
          "git.time": expect.stringMatching(/^20\d\d-.*T.*[+Z]/),
          "git.message": "The site",
        });
        const { items } = await state.getRawItem({ design: "lab", kind: "Network", name: "mgmt" });
        expect(items[0]).toMatchObject({ layer: "main", location: { uri: "net/mgmt.yml", line: 2, column: 1 } });
        expect(await sources.sync("site")).toMatchObject({ changed: false, source: { revision: 1n } });
        repository.commit({ "net/mgmt.yml": network("10.0.1.0/24") }, "passed over");
        const third = repository.commit({ "net/mgmt.yml": network("10.0.2.0/24") }, "Move the network");
        expect(await sources.sync("site")).toMatchObject({ changed: true, source: { position: third, revision: 2n } });
        expect((await state.getRevision({ design: "lab" })).revision?.counters?.documentsChanged).toBe(1);
        const readme = repository.commit({ "README.md": "y" }, "Only words");
        expect(await sources.sync("site")).toMatchObject({
          changed: false,
          source: { position: readme, revision: 2n },
        });
      }),
    ),
  ));

test("a ref that was set back by force is followed, and layers nothing is in any more are emptied", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, folder, [gitSource(repository.url)], async (sources, state) => {
        const first = repository.commit({ "site.yaml": site }, "one");
        await sources.sync("site");
        repository.commit(
          { "net.yaml": network("10.0.0.0/24").replace("name: mgmt", "name: mgmt, layer: formation") },
          "two",
        );
        await sources.sync("site");
        expect((await state.listRawItems({ design: "lab" })).items).toHaveLength(2);
        repository.reset(first);
        expect(await sources.sync("site")).toMatchObject({ changed: true, source: { position: first, revision: 3n } });
        expect((await state.listRawItems({ design: "lab" })).items.map(({ kind }) => kind)).toEqual(["Site"]);
      }),
    ),
  ));

test("a broken head is an invalid revision, and the next commit mends it", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, folder, [gitSource(repository.url)], async (sources, state) => {
        repository.commit({ "site.yaml": site }, "sound");
        await sources.sync("site");
        repository.commit({ "net.yaml": `${network("10.0.0.0/24")}---\nkind: [\n` }, "broken");
        expect(await sources.sync("site")).toMatchObject({ changed: true, source: { revision: 2n, error: "" } });
        expect((await state.getRevision({ design: "lab" })).revision?.valid).toBe(false);
        const { diagnostics } = await state.listDiagnostics({ design: "lab" });
        expect(diagnostics.map(({ location }) => location?.uri)).toContain("net.yaml");
        repository.commit({ "net.yaml": network("10.0.0.0/24") }, "mended");
        await sources.sync("site");
        expect((await state.getRevision({ design: "lab" })).revision).toMatchObject({ number: 3n, valid: true });
      }),
    ),
  ));

test("a repository that vanishes, or holds nothing to take, is an error on record; what was committed stays", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, folder, [gitSource(repository.url)], async (sources, state) => {
        expect(await failureOf(sources.sync("site"))).toMatchObject({
          code: "FailedPrecondition",
          reason: "TARGET_REJECTED",
        });
        const first = repository.commit({ "site.yaml": site }, "one");
        await sources.sync("site");
        repository.commit({ "site.yaml": undefined, "README.md": "gone" }, "empty");
        expect((await failureOf(sources.sync("site"))).message).toMatch(/holds no .yaml or .yml file/);
        repository.vanish();
        expect(await failureOf(sources.sync("site"))).toMatchObject({
          code: "Unavailable",
          reason: "TARGET_UNREACHABLE",
        });
        const [shown] = await sources.list();
        expect(shown).toMatchObject({ position: first, revision: 1n, error: expect.stringContaining(repository.url) });
        expect((await state.listItems({ design: "lab" })).items).toHaveLength(1);
        expect(await failureOf(sources.sync("sight"))).toMatchObject({ code: "NotFound", reason: "NOT_FOUND" });
      }),
    ),
  ));

test("links and files without documents in them are not read, and only the directory named is", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(
        database,
        folder,
        [gitSource(repository.url, { path: "sites/lab", layer: "git" })],
        async (sources, state) => {
          repository.commit(
            { "sites/lab/site.yaml": site, "sites/lab/.hidden.yaml": "x: [", "sites/lab2/x.yaml": "y: [" },
            "one",
          );
          repository.link("sites/lab/passwd.yaml", "/etc/passwd");
          await sources.sync("site");
          const { items } = await state.listRawItems({ design: "lab" });
          expect(items.map(({ layer, location }) => [layer, location?.uri])).toEqual([["git", "sites/lab/site.yaml"]]);
          const { diagnostics } = await state.listDiagnostics({ design: "lab" });
          expect(diagnostics.map(({ rule, location }) => [rule, location?.uri])).toEqual([
            ["not-a-file", "sites/lab/passwd.yaml"],
          ]);
          const { layers } = await state.listLayers({ design: "lab" });
          expect(layers.map(({ name, source }) => [name, source])).toEqual([["git", "git:site"]]);
        },
      ),
    ),
  ));

test("a source configured otherwise is committed anew, though its head is the same", () =>
  withDatabase((database) =>
    withGitRepository(async (repository, folder) => {
      repository.commit({ "a/site.yaml": site, "b/site.yaml": site.replace("name: lab", "name: other") }, "one");
      const namesIn = (path: string) =>
        withSources(database, folder, [gitSource(repository.url, { path })], async (sources, state) => {
          await sources.sync("site");
          return (await state.listItems({ design: "lab" })).items.map(({ name }) => name);
        });
      expect(await namesIn("a")).toEqual(["lab"]);
      expect(await namesIn("b")).toEqual(["other"]);
    }),
  ));

test("a source is looked at by itself, by one process at a time, and again after what failed", () =>
  withDatabase((database) =>
    withGitRepository(async (repository, folder) => {
      const looks: Array<[string, Look]> = [];
      let arrived: () => void = () => {};
      const looked = (source: string, look: Look) => {
        looks.push([source, look]);
        arrived();
      };
      const until = async (found: (look: Look) => boolean) => {
        while (!looks.some(([, look]) => found(look))) {
          await new Promise<void>((resolve) => {
            arrived = resolve;
          });
        }
      };
      const source = gitSource(repository.url, { intervalSeconds: 1 });
      const run = (work: (state: Parameters<Parameters<typeof withSources>[3]>[1]) => Promise<void>) =>
        withSources(
          database,
          folder,
          [source],
          async (sources, state) => {
            sources.launch();
            await work(state);
          },
          { looked },
        );
      await run(async (state) => {
        await until(({ is }) => is === "failed");
        repository.commit({ "site.yaml": site }, "one");
        await until((look) => look.is === "done" && look.changed);
        expect((await state.getDesign({ design: "lab" })).design?.revision).toBe(1n);
      });
      await database.db.execute(
        sql`update bedplate.source_state set holder = 'other', held_until = now() + interval '1 hour'`,
      );
      looks.length = 0;
      await run(() => until(({ is }) => is === "taken"));
      await withSources(database, folder, [source], async (sources) => {
        expect(await failureOf(sources.sync("site"))).toMatchObject({
          code: "Aborted",
          reason: "OPERATION_IN_PROGRESS",
        });
        await database.db.execute(sql`update bedplate.source_state set held_until = now() - interval '1 second'`);
        expect(await sources.sync("site")).toMatchObject({ changed: false });
      });
    }),
  ));

test("a repository over HTTPS is read with a token, which appears nowhere; without it, that is said", () =>
  withDatabase((database) =>
    withGitRepository(async (repository, folder) => {
      const server = await serveGit(repository.url, "robot:value of file:git-token");
      const authority = join(folder, "authority.pem");
      writeFileSync(authority, TLS_PAIR.cert);
      const before = process.env.GIT_SSL_CAINFO;
      process.env.GIT_SSL_CAINFO = authority;
      try {
        const first = repository.commit({ "site.yaml": site }, "one");
        const url = `${server.url}/site.git`;
        const source = gitSource(url, { username: "robot", secrets: { token: "file:git-token" } });
        await withSources(database, folder, [source], async (sources) => {
          expect(await sources.sync("site")).toMatchObject({ changed: true, source: { position: first } });
          const kept = globSync("**/*", { cwd: folder, withFileTypes: true }).filter((each) => each.isFile());
          const texts = kept.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
          expect(texts.length).toBeGreaterThan(5);
          expect(texts.some((text) => text.includes("value of"))).toBe(false);
        });
        const wrong = gitSource(url, { username: "robot", secrets: { token: "file:other" } });
        await withSources(database, folder, [wrong], async (sources) => {
          const refused = await failureOf(sources.sync("site"));
          expect(refused).toMatchObject({ code: "Unauthenticated", reason: "TARGET_UNAUTHENTICATED" });
          expect(refused.message).not.toContain("value of");
          expect(await sources.list()).toMatchObject([
            { position: first, error: expect.stringContaining("refuses us") },
          ]);
        });
      } finally {
        if (before === undefined) delete process.env.GIT_SSL_CAINFO;
        else process.env.GIT_SSL_CAINFO = before;
        await server.close();
      }
    }),
  ));

test("a copy that a sudden end left locked is made anew", () =>
  withDatabase((database) =>
    withGitRepository((repository, folder) =>
      withSources(database, folder, [gitSource(repository.url)], async (sources) => {
        repository.commit({ "site.yaml": site }, "one");
        await sources.sync("site");
        writeFileSync(join(folder, "git", "site.git", "shallow.lock"), "");
        const second = repository.commit({ "net.yaml": network("10.0.0.0/24") }, "two");
        expect(await sources.sync("site")).toMatchObject({ changed: true, source: { position: second } });
      }),
    ),
  ));

test("a look at a server that never answers ends when we do, and what Git started with it", () =>
  withDatabase((database) =>
    withGitRepository(async (_repository, folder) => {
      const server = createServer(TLS_PAIR, () => {});
      server.listen(0, "localhost");
      await once(server, "listening");
      const url = `https://localhost:${(server.address() as AddressInfo).port}/site.git`;
      const closed: Promise<unknown>[] = [];
      server.on("connection", (socket) => closed.push(once(socket, "close")));
      try {
        await withSources(database, folder, [gitSource(url)], async (sources) => {
          const asked = once(server, "connection");
          const refused = failureOf(sources.sync("site"));
          await asked;
          await sources.close();
          await refused;
          await Promise.all(closed);
        });
      } finally {
        server.closeAllConnections();
        server.close();
      }
    }),
  ));

test("a repository over SSH is read with a key that is a file for that time alone", () =>
  withDatabase((database) =>
    withGitRepository(async (repository, folder) => {
      const program = join(folder, "bin", "ssh");
      mkdirSync(join(folder, "bin"));
      const seen = join(folder, "seen");
      // Says how it was called and what the key was like, and is the other side itself.
      writeFileSync(
        program,
        `#!/bin/sh
for last; do [ "$before" = "-i" ] && key="$last"; before="$last"; done
{ echo "$@"; stat -c %a "$key"; cat "$key"; } > '${seen}'
exec sh -c "$last"
`,
        { mode: 0o755 },
      );
      const path = process.env.PATH;
      process.env.PATH = `${join(folder, "bin")}:${path}`;
      try {
        const first = repository.commit({ "site.yaml": site }, "one");
        const url = `ssh://git@git.example:2222${repository.url}`;
        const source = gitSource(url, { secrets: { ssh_key: "file:key" } });
        await withSources(database, folder, [source], async (sources) => {
          expect(await sources.sync("site")).toMatchObject({ changed: true, source: { position: first, url } });
        });
        const [call = "", mode, ...key] = readFileSync(seen, "utf8").trim().split("\n");
        expect([mode, key]).toEqual(["600", ["value of file:key"]]);
        for (const option of [
          "BatchMode=yes",
          "StrictHostKeyChecking=yes",
          "IdentitiesOnly=yes",
          "-p 2222 git@git.example",
        ])
          expect(call).toContain(option);
        expect(globSync("keys/*", { cwd: folder })).toEqual([]);
      } finally {
        process.env.PATH = path;
      }
    }),
  ));
