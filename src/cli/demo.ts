import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { NodePhase, type NodeStatus } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { apply } from "./apply.ts";
import { type BedplateChild, startBedplate } from "./child-process.ts";
import { CliError } from "./cli-error.ts";
import { addDriver } from "./driver.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { nodeRow } from "./node.ts";
import { colored, note, print, printTable } from "./output.ts";
import { plan } from "./plans/create-plan.ts";
import { submit } from "./submit.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate demo`. */
export interface DemoOptions {
  readonly break?: string;
  readonly speed: number;
  readonly keep: boolean;
}

const design = "plant7";
/** The machine and the card `--break nic` takes out. */
const broken = { mac: "52:54:00:07:00:10", pciAddress: "0000:18:00.1" } as const;

/** `bedplate demo`: a simulated MAAS, a server with an embedded database in a temporary folder, and the example site from its files to running machines. */
export async function demo(options: DemoOptions): Promise<ExitCode> {
  if (options.break !== undefined && options.break !== "nic")
    throw new CliError(exitCode.usage, `${options.break} can't be broken`, "write --break nic");
  if (!(options.speed > 0)) throw new CliError(exitCode.usage, "--speed wants a number above 0", "write --speed 10");
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "bedplate-demo-"));
  const children: BedplateChild[] = [];
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const outcome = await Promise.race([
      walkThrough(options, folder, children, started),
      untilAborted(interrupted.signal),
    ]);
    if (outcome !== "interrupted" && options.keep) {
      note("everything is left running; press Ctrl-C to end it");
      await untilAborted(interrupted.signal);
    }
    return outcome === "interrupted" ? exitCode.interrupted : outcome;
  } finally {
    for (const child of children.toReversed()) await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function walkThrough(
  options: DemoOptions,
  folder: string,
  children: BedplateChild[],
  started: number,
): Promise<ExitCode> {
  const site = relative(process.cwd(), fileURLToPath(new URL("../../examples/site", import.meta.url))) || ".";
  step("a simulated MAAS with 12 machines");
  const key = ["consumer", "token", "secret"].map((part) => `${part}${randomBytes(8).toString("hex")}`).join(":");
  await writeFile(join(folder, "maas-key"), key, { mode: 0o600 });
  await writeFile(join(folder, "world.json"), await world(join(site, "maas-world.json"), options));
  const simArgs = [
    "maas-sim",
    "--listen",
    "127.0.0.1:0",
    "--world",
    join(folder, "world.json"),
    "--api-key-file",
    join(folder, "maas-key"),
    "--speed",
    String(options.speed),
  ];
  const sim = await startBedplate(simArgs, /^listening on /, join(folder, "maas-sim.log"), children);
  const maas = /http:\/\/\S+?\/MAAS/.exec(sim)?.[0] ?? "";
  note(`  ${maas}`);

  step("a server with an embedded database");
  const server = await startBedplate(
    ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data")],
    /^listening on /,
    join(folder, "serve.log"),
    children,
  );
  const url = server.slice("listening on ".length).trim();
  note(`  ${url}`);
  const connection = { server: url, tokenFile: join(folder, "data", "admin.token") };

  step("two driver instances");
  const nothing: readonly string[] = [];
  const common = {
    ...connection,
    output: "table",
    option: nothing,
    secret: nothing,
    secretFile: nothing,
    probe: true,
  } as const;
  await addDriver("maas", {
    ...common,
    plugin: "maas",
    endpoint: maas,
    secretFile: [`api_key=${join(folder, "maas-key")}`],
  });
  await addDriver("noop-network", { ...common, plugin: "noop-network", endpoint: "" });

  step(`the design of the site, from ${site}`);
  await submit([site], { ...connection, design, output: "table", message: "the example site" });

  step("a plan: what would change, and nothing done yet");
  const planFile = join(folder, "plan.json");
  await plan("deploy", undefined, {
    ...connection,
    design,
    select: nothing,
    phase: [],
    out: planFile,
    output: "table",
  });

  step("a job that does exactly that");
  const applied = await apply(planFile, {
    ...connection,
    allowDestroy: false,
    allowDestroyNode: nothing,
    wait: true,
    output: "table",
  });
  const nodes = await withServer(
    connection,
    async ({ clientFor }) => (await clientFor(ControlService).listNodes({ design, pageSize: 1000 })).nodes,
  );
  const times = await nodeTimes(connection);
  await printTable(
    ["node", "phase", "address", "hardware", "called in", "time"],
    nodes.map((status) => [...nodeRow(status), times.get(status.node) ?? "-"]),
  );
  for (const status of nodes)
    for (const { message } of status.hardwareDifferences) await print(`${status.node}: ${message}\n`);
  const deployed = nodes.filter(isDeployed).length;
  const line = `deployed ${deployed}/${nodes.length} nodes`;
  await print(
    `everything took ${((performance.now() - started) / 1000).toFixed(1)} s\n${colored(line, deployed === nodes.length ? "green" : "red")}\n`,
  );
  return applied === exitCode.done && deployed === nodes.length ? exitCode.done : exitCode.failed;
}

/** Deployed, and the machine itself has said so. */
function isDeployed(status: NodeStatus): boolean {
  return (status.phase === NodePhase.DEPLOYED || status.phase === NodePhase.READY) && status.calledInAt !== undefined;
}

/** How long each node took in the newest job, from its first task to its last. */
async function nodeTimes(connection: {
  readonly server: string;
  readonly tokenFile: string;
}): Promise<ReadonlyMap<string, string>> {
  return withServer(connection, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const job = (await orchestrator.listJobs({ design, pageSize: 1 })).jobs[0];
    if (job === undefined) return new Map();
    const { tasks } = await orchestrator.listTasks({ jobId: job.id, pageSize: 1000 });
    const spans = new Map<string, { from: number; to: number }>();
    for (const { subject, startedAt, endedAt } of tasks) {
      if (startedAt === undefined || endedAt === undefined) continue;
      const span = spans.get(subject) ?? { from: Number.POSITIVE_INFINITY, to: 0 };
      spans.set(subject, {
        from: Math.min(span.from, timestampDate(startedAt).getTime()),
        to: Math.max(span.to, timestampDate(endedAt).getTime()),
      });
    }
    return new Map([...spans].map(([node, { from, to }]) => [node, `${((to - from) / 1000).toFixed(1)} s`]));
  });
}

/** The world of the example site, with what `--break` says taken out. */
async function world(path: string, options: DemoOptions): Promise<string> {
  const text = await readFile(path, "utf8");
  if (options.break === undefined) return text;
  const content = JSON.parse(text) as { machines: { nics: { mac: string }[]; missing_nics?: string[] }[] };
  for (const machine of content.machines) {
    if (machine.nics.some((nic) => nic.mac === broken.mac)) machine.missing_nics = [broken.pciAddress];
  }
  return JSON.stringify(content);
}

function step(text: string): void {
  note(colored(`\n==> ${text}`, "green"));
}

function untilAborted(signal: AbortSignal): Promise<"interrupted"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("interrupted");
    else signal.addEventListener("abort", () => resolve("interrupted"), { once: true });
  });
}
