import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, running } from "./support/bedplate.ts";

const design = ["--design", "plant7"];

test("a design is asked by the command line: chosen, ordered, counted, as of any revision", { timeout: 180_000 }, () =>
  withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-query-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state") };
    const serve = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")];
    const server = await running(serve, /^listening on /, environment);
    const run = (...args: readonly string[]) =>
      bedplate([...args, ...design, "--server", server.line.slice(13)], environment);
    const lines = async (...args: readonly string[]) => (await run(...args)).stdout.trimEnd().split("\n");
    const json = async (...args: readonly string[]) => JSON.parse((await run(...args, "-o", "json")).stdout);
    try {
      expect((await run("submit", "examples/site")).code).toBe(0);
      const chosen = ["get", "Node", "--filter", 'rack == "r2" && spec.host_profile == "storage"'];
      const fields = ["--fields", 'fqdn,interfaces["bond0"].networks', "--order-by", "name desc"];
      expect(await lines(...chosen, ...fields)).toEqual([
        expect.stringMatching(/^KIND {2}NAME {3}FQDN +interfaces\["bond0"\]\.networks$/),
        expect.stringMatching(/^Node {2}sto03 {2}sto03\.mgmt\.plant7\.example {2}storage, mgmt$/),
        expect.stringMatching(/^Node {2}sto02 {2}sto02\.mgmt\.plant7\.example {2}storage, mgmt$/),
      ]);
      expect((await json(...chosen, ...fields)).items[0].spec).toEqual({
        fqdn: "sto03.mgmt.plant7.example",
        interfaces: [{ name: "bond0", networks: ["storage", "mgmt"] }],
      });
      expect(await lines("get", "--count")).toEqual(["COUNT", "31"]);
      expect(await lines("get", "--group-by", "kind", "--filter", 'kind.startsWith("N")')).toEqual([
        ...["COUNT  KIND", "12     Node", "6      Network", "3      NetworkLink"],
      ]);
      expect(await json("get", "Node", "--group-by", "rack", "--group-by", '"canary" in tags')).toEqual({
        counts: [
          { values: ["r1", false], count: 6 },
          { values: ["r2", false], count: 5 },
          { values: ["r2", true], count: 1 },
        ],
        total: 12,
        revision: 1,
      });
      expect(
        (await json("get", "Node", "--raw", "--filter", 'layer == "formation" && name == "cmp01"')).items,
      ).toHaveLength(1);
      expect(await lines("node", "list", "--filter", 'rack == "r1"', "--order-by", "name desc")).toHaveLength(7);
      expect(await lines("node", "list", "--filter", "design_changed")).toEqual([
        "NODE  PHASE  SINCE  ADDRESS  HARDWARE  CALLED IN  DESIGN CHANGED",
      ]);
      for (const revision of ["1", "head", "2999-01-01T00:00:00Z"]) {
        expect((await json("get", "Node", "--revision", revision)).items, revision).toHaveLength(12);
        expect((await run("explain", "Node/ctl01", "platform.image", "--revision", revision)).code, revision).toBe(0);
      }
      for (const [wrong, message] of [
        [["get", "Node", "--filter", "rak == 1"], "there is no variable rak; did you mean rack?"],
        [["get", "Node", "--fields", "fqnd"], "did you mean fqdn?"],
        [["get", "Node/ctl01", "--filter", "true"], "leave out the name"],
        [["get", "Node", "--raw", "--count"], "leave out --raw"],
        [["get", "Node", "--revision", "before all"], "write a number, a tag, head, or a time"],
        [["get", "Node", "--revision", "2001-01-01T00:00:00Z"], "had no revision at that moment"],
      ] as const) {
        const ended = await run(...wrong);
        expect([ended.code, ended.stderr.trim().split("\n").length], wrong.join(" ")).toEqual([2, 1]);
        expect(ended.stderr).toContain(message);
      }
    } finally {
      await server.end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    }
  }),
);
