import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bedplate, running } from "../../e2e/support/bedplate.ts";
import { withDatabaseEnvironment } from "../../support/database.ts";
import type { Variables } from "./shell-words.ts";

const SERVICE = "bedplate.design.v1.DesignStateService";

/** Runs `work` with what the page takes for granted: a server that has the example site as design "plant7", of which one node is deployed; and the page's variables. */
export function withApiWorld<Result>(work: (variables: Variables) => Promise<Result>): Promise<Result> {
  return withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-api-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
    const data = join(folder, "data");
    const server = await running(["serve", "--listen", "127.0.0.1:0", "--data", data], /^listening on /, environment);
    try {
      const url = server.line.slice("listening on ".length);
      const submitted = await bedplate(["submit", "examples/site", "--design", "plant7", "--server", url], environment);
      if (submitted.code !== 0) throw new Error(`submit ended with ${submitted.code}: ${submitted.stderr}`);
      await recordDeployed(`${url}/${SERVICE}`, (await readFile(join(data, "service.token"), "utf8")).trim());
      const token = (await readFile(join(data, "admin.token"), "utf8")).trim();
      return await work({
        ...{ SERVER: new URL(url).host, SERVICE, STATE: `${url}/${SERVICE}` },
        ...{ AUTH: `authorization: Bearer ${token}`, JSON: "content-type: application/json" },
      });
    } finally {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** What the orchestrator records of a node it has deployed. */
async function recordDeployed(state: string, token: string): Promise<void> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const call = async (method: string, body: object) => {
    const answer = await fetch(`${state}/${method}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  };
  const condition = { type: "Ready", status: true, message: "deployed", since: "2026-11-30T08:00:00Z" };
  await call("RecordNodeStatus", {
    design: "plant7",
    updates: [
      {
        node: "ctl01",
        ...{ phase: "NODE_PHASE_DEPLOYED", conditions: [condition], lastJobId: "j-1", deployedRevision: "1" },
        asBuilt: { systemVendor: "Dell Inc.", systemProduct: "PowerEdge R740", systemSerial: "7XK2Q13", cpuCount: 40 },
      },
    ],
  });
}
