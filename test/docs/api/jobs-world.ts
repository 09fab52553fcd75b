import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bedplate, running } from "../../e2e/support/bedplate.ts";
import { withDatabaseEnvironment } from "../../support/database.ts";
import type { Variables } from "./shell-words.ts";

const SERVICE = "bedplate.orchestrator.v1.OrchestratorService";

/** Runs `work` with what docs/orchestrator-api.md takes for granted: a server that has the example site as design "plant7", before a simulated provisioner. */
export function withJobsWorld<Result>(work: (variables: Variables) => Promise<Result>): Promise<Result> {
  return withDatabaseEnvironment(async (database) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-api-"));
    const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
    const data = join(folder, "data");
    const server = await running(["serve", "--listen", "127.0.0.1:0", "--data", data], /^listening on /, environment);
    try {
      const url = server.line.slice("listening on ".length);
      const prepare = async (...args: string[]) => {
        const { code, stderr } = await bedplate([...args, "--server", url], environment);
        if (code !== 0) throw new Error(`bedplate ${args.join(" ")} ended with ${code}: ${stderr}`);
      };
      await prepare("submit", "examples/site", "--design", "plant7");
      await prepare("driver", "add", "maas", "--plugin", "simulator");
      await prepare("driver", "add", "noop-network", "--plugin", "noop-network");
      const token = (await readFile(join(data, "admin.token"), "utf8")).trim();
      return await work({
        ...{ SERVER: new URL(url).host, SERVICE, JOBS: `${url}/${SERVICE}` },
        ...{ AUTH: `authorization: Bearer ${token}`, JSON: "content-type: application/json" },
      });
    } finally {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
