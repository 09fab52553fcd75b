import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { openDatabase } from "../../src/db/open-database.ts";
import { withDatabaseEnvironment, withLastingDatabase } from "../support/database.ts";
import { createDriverWorld, type Machine } from "../support/driver-world.ts";
import { nodeNames, openSite, registerDrivers, startRequest, stateOf } from "../support/orchestrator.ts";
import { commitTo, smallSite } from "../support/state-service.ts";

test("a job goes on after the server was stopped and started, and does nothing twice", () =>
  withLastingDatabase(async (open) => {
    const world = createDriverWorld(nodeNames(3));
    let database = await open();
    let site = await openSite(database, world);
    await commitTo(site.state, "main", smallSite(3));
    await registerDrivers(site);
    const reached = Promise.withResolvers<void>();
    world.before = async (method) => {
      if (method !== "ensure STORAGE_CONFIGURED") return;
      reached.resolve();
      await new Promise(() => {});
    };
    const { job: started } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = started?.id ?? "";
    await reached.promise;
    await site.orchestrator.close();
    await database.close();

    world.before = () => {};
    database = await open();
    site = await openSite(database, world);
    const { job, events } = await site.follow(jobId);
    expect(stateOf(job)).toBe("SUCCEEDED");
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => BigInt(index + 1)));
    for (const name of nodeNames(3)) {
      for (const write of ["commission", "network", "storage", "deploy"]) {
        expect(world.ledger.filter((entry) => entry === `${write} ${name}`)).toHaveLength(1);
      }
      expect(world.operations.get(`STORAGE_CONFIGURED ${name}`)?.size).toBe(1);
    }
    await site.orchestrator.close();
    await database.close();
  }));

test("a job of a server that was killed is carried on where it was", () =>
  withDatabaseEnvironment(async (environment) => {
    const dataDir = await mkdtemp(join(tmpdir(), "bedplate-restart-"));
    const place = environment.DATABASE_URL ?? dataDir;
    const script = fileURLToPath(new URL("../support/orchestrator-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, place], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const gone = once(child, "exit");
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), gone]);
    child.kill("SIGKILL");
    await gone;
    const { jobId, machines } = JSON.parse(String(line)) as { jobId: string; machines: Machine[] };

    // The provisioner was not killed: it is as the dead server left it.
    const world = createDriverWorld([]);
    world.siteDone = true;
    for (const machine of machines) world.machines.set(machine.name, machine);
    const database = await openDatabase(place === dataDir ? { dataDir } : { url: place });
    const site = await openSite(database, world);
    try {
      const { job } = await site.follow(jobId);
      expect(stateOf(job)).toBe("SUCCEEDED");
      expect(world.ledger.toSorted()).toEqual(["deploy n000", "deploy n001"]);
      expect([...world.operations.keys()].toSorted()).toEqual([
        "DEPLOYED n000",
        "DEPLOYED n001",
        "ports n000",
        "ports n001",
      ]);
      const { tasks } = await site.client.listTasks({ jobId, pageSize: 100 });
      const deploys = tasks.filter(({ stepId }) => stepId.startsWith("deploy/"));
      expect(deploys.map(({ state, attempt }) => [state, attempt])).toEqual([
        [TaskState.SUCCEEDED, 2],
        [TaskState.SUCCEEDED, 2],
      ]);
    } finally {
      await site.orchestrator.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  }));
