// node test/support/orchestrator-child.ts DATABASE: starts to deploy two machines and stands still for ever at the first call that
// would install one, after a line of JSON that says how far the world is. DATABASE is a data directory or a PostgreSQL URL.
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { openDatabase } from "../../src/db/open-database.ts";
import { createDriverWorld } from "./driver-world.ts";
import { nodeNames, openSite, registerDrivers, startRequest } from "./orchestrator.ts";
import { commitTo, smallSite } from "./state-service.ts";

const place = process.argv[2] ?? "";
const database = await openDatabase(place.startsWith("postgres") ? { url: place } : { dataDir: place });
const world = createDriverWorld(nodeNames(2));
const site = await openSite(database, world);
await commitTo(site.state, "main", smallSite(2));
await registerDrivers(site);
const waiting = new Set<string>();
let jobId = "";
world.before = (method, subject) => {
  if (method !== "ensure DEPLOYED") return;
  waiting.add(subject);
  if (waiting.size === 2) console.log(JSON.stringify({ jobId, machines: [...world.machines.values()] }));
  return new Promise(() => {});
};
const { job } = await site.client.startJob(startRequest(await site.plan(Action.DEPLOY)));
jobId = job?.id ?? "";
