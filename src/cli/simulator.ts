import type { WorldState } from "../drivers/simulator/world/control.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { pair } from "./key-value.ts";
import { note, type OutputForm, print } from "./output.ts";
import { pause } from "./pause.ts";

/** What `bedplate simulator` was told. */
export interface SimulatorOptions {
  readonly listen: string;
  readonly seed: string | undefined;
  readonly option: readonly string[];
  readonly fault: readonly string[];
  readonly progress: boolean;
  readonly output: OutputForm;
}

const LOOK_MS = 1_000;

/** `bedplate simulator`: serves a simulated site until it is told to stop, and says how far its machines are. */
export async function simulator(options: SimulatorOptions): Promise<ExitCode> {
  const [{ createWorld }, { serveWorld }, { Refusal }] = await Promise.all([
    import("../drivers/simulator/world/world.ts"),
    import("../drivers/simulator/world/serve-world.ts"),
    import("../drivers/simulator/world/refusal.ts"),
  ]);
  const { listen, seed, output, progress } = options;
  const endpoint = listen.includes(":/") ? listen : `http://${listen}`;
  const values = [...options.option.map((each) => pair(each, "--option")), ...faultOptions(options.fault)];
  try {
    const world = createWorld({ options: { ...Object.fromEntries(values), ...(seed !== undefined && { seed }) } });
    const served = await serveWorld(world, { endpoint });
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    await announce(served.endpoint, output);
    let told = "";
    while (!stop.signal.aborted) {
      await pause(LOOK_MS, stop.signal);
      const line = lineOf(world.control.state(), output);
      if (progress && line !== told) await print(`${line}\n`);
      told = line;
    }
    await served.close();
    world.close();
    return exitCode.done;
  } catch (error) {
    if (error instanceof Refusal) throw new CliError(exitCode.usage, error.message, error.failure.hint);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" || /another process serves/.test(message)) {
      throw new CliError(exitCode.cannotStart, `${listen} is in use by another process`, "choose another --listen");
    }
    if (code?.startsWith("E"))
      throw new CliError(exitCode.cannotStart, `can't listen on ${listen} (${code})`, "choose another --listen");
    throw error;
  }
}

/** `--fault KIND=VERB:NUMBER` as options; those of one kind are put together. */
function faultOptions(faults: readonly string[]): [string, string][] {
  const groups = Map.groupBy(
    faults.map((each) => pair(each, "--fault")),
    ([kind]) => kind,
  );
  return [...groups].map(([kind, pairs]) => [kind, pairs.map(([, share]) => share).join(",")]);
}

async function announce(endpoint: string, output: OutputForm): Promise<void> {
  if (output !== "table") return print(`${JSON.stringify({ endpoint, pid: process.pid })}\n`);
  await print(`a simulated site is served at ${endpoint}\n`);
  note(
    [
      "register it with a running server, then name it in a design's Site (server_driver, network_driver: simulator):",
      `  bedplate driver add simulator --plugin simulator --endpoint ${endpoint}`,
      ...(endpoint.startsWith("http:")
        ? [`look at it:  curl ${endpoint}/state   curl '${endpoint}/ledger?after=0&limit=20'`]
        : [`look at it:  curl --unix-socket ${endpoint.slice("unix:".length)} http://localhost/state`]),
      "Ctrl-C ends it and everything in it.",
    ].join("\n"),
  );
}

function lineOf(state: WorldState, output: OutputForm): string {
  if (output !== "table") return JSON.stringify(state);
  const { machines, states, ledger, callIns } = state;
  const words = Object.entries(states).map(([word, count]) => `${count} ${word}`);
  const failed = callIns.failed === 0 ? "" : `, ${callIns.failed} gave up (${callIns.lastError})`;
  const called = `${callIns.done} called in${failed}`;
  return `${machines} machines${words.length === 0 ? "" : `: ${words.join(", ")}`} · ${called} · ledger ${ledger}`;
}
