import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { create } from "@bufbuild/protobuf";
import { TargetSchema } from "../gen/bedplate/driver/v1/target_pb.js";
import { generatedName, generatedSite } from "../src/cli/demo/generated-site.ts";
import { createMaasClient } from "../src/drivers/maas/client/maas-client.ts";
import { createPools } from "../src/drivers/maas/client/pools.ts";
import { readTarget } from "../src/drivers/maas/client/target.ts";
import { observeServers } from "../src/drivers/maas/server/observe-servers.ts";
import { authorization } from "../src/maas-sim/testing/sim-client.ts";
import { type Running, running } from "../test/e2e/support/bedplate.ts";
import { withSite } from "../test/e2e/support/site.ts";

/*
 * What the MAAS driver asks of a MAAS: `npm run bench:maas [-- --nodes 50 --machines 1000]`. First a whole deployment of so many nodes through server, driver and simulated MAAS: requests a node, by
 * what they are; then one look at so many machines: requests, bytes and processor time, beside nothing but JSON.parse of the same bytes in the same run.
 */
const KEY = "cons:tok:s3cret";
const ROUNDS = 5;
const KINDS: readonly (readonly [string, object])[] = [
  ["list machines", { method: "GET", path: "machines/" }],
  ["read a machine", { method: "GET", path: "machines/*" }],
  ["read of a node", { method: "GET", path: "nodes/*" }],
  ["read networks", { method: "GET", path: "*s/" }],
  ["write machines", { method: "write", path: "machines/*" }],
  ["write of a node", { method: "write", path: "nodes/*" }],
  ["all reads", { method: "GET" }],
  ["all writes", { method: "write" }],
];

interface Report {
  readonly rules: readonly { readonly fitted: number }[];
}

async function measureDeploy(nodes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bedplate-bench-maas-"));
  try {
    const { design, world } = generatedSite(nodes);
    await writeFile(join(folder, "site.yaml"), design);
    await writeFile(join(folder, "world.json"), world);
    const files = { files: join(folder, "site.yaml"), design: "generated", world: join(folder, "world.json") };
    await withSite({ ...files, speed: "100" }, async (site) => {
      const counted = KINDS.map(([, rule]) => ({ ...rule, count: 0, delay_ms: 0 }));
      const report = async (): Promise<number[]> => {
        const answer = await fetch(new URL("/_sim/faults", site.maas));
        return ((await answer.json()) as Report).rules.map(({ fitted }) => fitted);
      };
      const planFile = join(site.folder, "plan.json");
      const run = async (what: string): Promise<void> => {
        await site.tamper("faults", counted);
        await site.json("plan", "deploy", "--design", "generated", "--out", planFile);
        const planned = await report();
        const applied = await site.command("apply", planFile, "-o", "json");
        if (applied.code !== 0) throw new Error(applied.stderr);
        const all = await report();
        console.log(`\n${what} of ${nodes} nodes: requests a node while planning, and while at work`);
        KINDS.forEach(([name], index) => {
          const [plan = 0, whole = 0] = [planned[index], all[index]];
          const job = whole - plan;
          console.log(
            `  ${name.padEnd(16)} ${(plan / nodes).toFixed(2).padStart(8)} ${(job / nodes).toFixed(2).padStart(8)}`,
          );
        });
      };
      await run("the first deployment");
      await run("the second, which has nothing to do,");
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureObserve(machines: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bedplate-bench-maas-"));
  let sim: Running | undefined;
  const pools = createPools();
  try {
    await writeFile(join(folder, "world.json"), generatedSite(machines).world);
    await writeFile(join(folder, "key"), KEY, { mode: 0o600 });
    const args = ["maas-sim", "--listen", "127.0.0.1:0", "--world", join(folder, "world.json")];
    sim = await running([...args, "--api-key-file", join(folder, "key")], /^listening on /);
    const endpoint = /http:\/\/\S+?\/MAAS/.exec(sim.line)?.[0] ?? "";
    const headers = () => ({ authorization: authorization(Math.floor(Date.now() / 1000)) });
    const bytes = await (await fetch(`${endpoint}/api/2.0/machines/`, { headers: headers() })).text();
    const target = readTarget(create(TargetSchema, { instance: "bench", endpoint, secrets: { api_key: KEY } }));
    let requests = 0;
    const client = createMaasClient(pools, target, new AbortController().signal, () => requests++);
    const identities = Array.from({ length: machines }, (_, index) => ({
      name: generatedName(index),
      bootMac: `52:54:00:00:${index.toString(16).padStart(4, "0").replace(/^(..)/, "$1:")}`,
      oobAddress: "",
    }));
    const look = async (): Promise<void> => {
      let seen = 0;
      for await (const batch of observeServers(client, identities as never))
        seen += batch.filter(({ providerId = "" }) => providerId !== "").length;
      if (seen !== machines) throw new Error(`${seen} of ${machines} machines were seen`);
    };
    await look();
    requests = 0;
    const looking = await processorMs(look);
    const parsing = await processorMs(async () => {
      JSON.parse(bytes);
    });
    const mib = (Buffer.byteLength(bytes) / 1024 / 1024).toFixed(1);
    console.log(
      `\none look at ${machines} machines: ${requests / ROUNDS} requests, ${mib} MiB, ${looking.toFixed(0)} ms of processor time, ${(looking / parsing).toFixed(1)} times JSON.parse of the same bytes (${parsing.toFixed(0)} ms)`,
    );
  } finally {
    await pools.close();
    await sim?.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processor time of this process for one of several rounds, in milliseconds. */
async function processorMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}

const { values } = parseArgs({
  options: { nodes: { type: "string", default: "50" }, machines: { type: "string", default: "1000" } },
});
await measureObserve(Number(values.machines));
await measureDeploy(Number(values.nodes));
