import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ControlService } from "../../../gen/bedplate/control/v1/control_service_pb.js";
import { NodePhase, type NodeStatus } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { apply } from "../apply.ts";
import { type BedplateChild, startBedplate } from "../child-process.ts";
import { CliError } from "../cli-error.ts";
import { addDriver } from "../driver.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { nodeRow } from "../node.ts";
import { colored, note, print, printTable } from "../output.ts";
import { plan } from "../plans/create-plan.ts";
import { submit } from "../submit.ts";
import { withServer } from "../with-server.ts";
import { demoSite } from "./demo-site.ts";
import { MOST_NODES } from "./generated-site.ts";
import { nodeTimes } from "./node-times.ts";
import { secondRun } from "./second-run.ts";

/** Options of `bedplate demo`. */
export interface DemoOptions {
  readonly break?: string;
  /** So many nodes of a made site, in place of the example site. */
  readonly nodes?: number;
  readonly speed: number;
  readonly keep: boolean;
}

/**
 * `bedplate demo`: a simulated MAAS, a server with an embedded database in a temporary folder, and a site from its files to running machines; then a second run, which has nothing to do.
 */
export async function demo(options: DemoOptions): Promise<ExitCode> {
  if (options.break !== undefined && options.nodes !== undefined)
    throw new CliError(exitCode.usage, "--break is about the example site", "leave out --nodes");
  if (options.break !== undefined && options.break !== "nic")
    throw new CliError(exitCode.usage, `${options.break} can't be broken`, "write --break nic");
  if (
    options.nodes !== undefined &&
    (!Number.isInteger(options.nodes) || options.nodes < 1 || options.nodes > MOST_NODES)
  )
    throw new CliError(exitCode.usage, `--nodes wants a whole number from 1 to ${MOST_NODES}`, "write --nodes 200");
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
  const { design, path: site, world, machines } = await demoSite(options, folder);
  step(`a simulated MAAS with ${machines} machines`);
  const key = ["consumer", "token", "secret"].map((part) => `${part}${randomBytes(8).toString("hex")}`).join(":");
  await writeFile(join(folder, "maas-key"), key, { mode: 0o600 });
  const simArgs = [
    "maas-sim",
    "--listen",
    "127.0.0.1:0",
    "--world",
    world,
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
  const times = await nodeTimes(connection, design);
  await printTable(
    ["node", "phase", "address", "hardware", "called in", "time"],
    nodes.map((status) => [...nodeRow(status), times.get(status.node) ?? "-"]),
  );
  for (const status of nodes)
    for (const { message } of status.hardwareDifferences) await print(`${status.node}: ${message}\n`);
  const deployed = nodes.filter(isDeployed).length;
  const settled =
    deployed < nodes.length || (await secondRun({ connection, design, maas, planFile: join(folder, "second.json") }));
  const line = `deployed ${deployed}/${nodes.length} nodes`;
  await print(
    `everything took ${((performance.now() - started) / 1000).toFixed(1)} s\n${colored(line, deployed === nodes.length ? "green" : "red")}\n`,
  );
  return applied === exitCode.done && deployed === nodes.length && settled ? exitCode.done : exitCode.failed;
}

/** Deployed, and the machine itself has said so. */
function isDeployed(status: NodeStatus): boolean {
  return (status.phase === NodePhase.DEPLOYED || status.phase === NodePhase.READY) && status.calledInAt !== undefined;
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
