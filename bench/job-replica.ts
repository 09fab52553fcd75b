// node bench/job-replica.ts URL NODES: shares the work on the jobs of a database until it is told to end, for bench:jobs. Says "ready" once it does.
import { openDatabase } from "../src/db/open-database.ts";
import { DEFAULT_POLICY } from "../src/orchestrator/policy.ts";
import { createDriverWorld } from "../test/support/driver-world.ts";
import { nodeNames, openSite } from "../test/support/orchestrator.ts";

const [url = "", nodes = "0"] = process.argv.slice(2);
const database = await openDatabase({ url });
// A node is worked on by one process, so each may have a world of its own.
const world = createDriverWorld(nodeNames(Number(nodes)), { maxInFlight: 256 });
const site = await openSite(database, world, { policy: DEFAULT_POLICY, deadAfterMs: 60_000 });
process.on("SIGTERM", async () => {
  await site.orchestrator.close();
  await database.close();
  process.exit(0);
});
console.log("ready");
