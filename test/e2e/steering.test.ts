import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, type Ended, running } from "./support/bedplate.ts";

const idOf = ({ stdout, stderr }: Ended, what: "plan" | "job"): string => {
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout)[what].id;
};

test("nodes are chosen, looked at, approved and tried again from the command line", { timeout: 300_000 }, () =>
  withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-e2e-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
    const server = await running(
      ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")],
      /^listening on /,
      environment,
    );
    const command = (...args: string[]) =>
      bedplate([...args, "--server", server.line.slice("listening on ".length)], environment);
    const done = async (...args: string[]): Promise<Ended> => {
      const ended = await command(...args);
      expect([ended.code, ended.stderr.match(/^error.*/m)?.[0]], args.join(" ")).toEqual([0, undefined]);
      return ended;
    };
    try {
      await done("driver", "add", "maas", "--plugin", "simulator");
      await done("driver", "add", "noop-network", "--plugin", "noop-network");
      await done("submit", "examples/site", "--design", "plant7");
      const all = await done("plan", "deploy", "--design", "plant7", "--select", "rack=r1", "--phase", "unknown");
      expect(all.stdout).toContain("nodes in phase unknown");
      expect(all.stdout).toContain("none destroys data; 0 of 6 nodes are up to date");
      const plan = idOf(
        await done("plan", "deploy", "--design", "plant7", "--select", "cmp01,cmp02", "-o", "json"),
        "plan",
      );
      expect((await done("plan", "show", plan, "--node", "cmp02")).stdout).toContain("cmp02 deploy");
      expect((await done("plan", "export", plan)).stdout).toContain('"design":"plant7"');
      expect((await done("plan", "list", "--design", "plant7", "--limit", "1")).stdout).toContain(plan);
      await done("apply", plan, "--nodes-at-once", "1", "--require", "100%");

      const release = ["plan", "release", "--design", "plant7", "--filter", 'status.phase == "READY"', "-o", "json"];
      const destroying = idOf(await done(...release), "plan");
      expect((await command("apply", destroying)).code).toBe(4);
      const gated = idOf(await done("apply", destroying, "--gate", "--no-wait", "-o", "json"), "job");
      expect((await done("job", "nodes", gated, "--state", "gated")).stdout).toMatch(/cmp01[\s\S]*cmp02/);
      expect((await done("job", "pause", gated)).stdout).toContain("paused");
      await done("job", "resume", gated);
      await done("job", "approve", gated, "cmp01");
      expect((await command("job", "watch", gated, "--timeout", "1")).code).toBe(6);
      await done("job", "cancel", gated, "--reason", "enough");
      expect((await command("job", "watch", gated)).code).toBe(1);
      const again = idOf(await done("job", "retry", gated, "--no-wait", "-o", "json"), "job");
      await done("job", "approve", again, "--all");
      await done("job", "watch", again);
      expect((await done("job", "groups", again)).stdout).toContain("(no group)");
      const nothing = await command("plan", "deploy", "--design", "plant7", "--phase", "redy");
      expect([nothing.code, nothing.stderr]).toEqual([2, 'error: "redy" is no phase; did you mean ready?\n']);
    } finally {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    }
  }),
);
