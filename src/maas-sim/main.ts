import { appendFileSync, readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import type { FaultRule } from "./faults/fault-rule.ts";
import { FaultScriptError, parseFaults } from "./faults/read-faults.ts";
import { type KeySource, keyFrom } from "./key-source.ts";
import { parseListenAddress } from "./listen-address.ts";
import { type MaasSim, startMaasSim } from "./start-maas-sim.ts";
import { DEFAULT_WORLD } from "./world/default-world.ts";
import { parseWorld, readWorld, WorldError } from "./world/read-world.ts";
import type { Speed, World } from "./world/world.ts";

/** What `bedplate maas-sim --help` prints. */
export const MAAS_SIM_HELP = `Usage: bedplate maas-sim [options]

Answers the MAAS 2.0 API for machines that exist only here. Deployed machines call the introspection service that
their user data names.

Options:
  --listen HOST:PORT      where to listen (default 127.0.0.1:5240; port 0: any)
  --world FILE            the machines and networks there are, as JSON
  --speed N|instant       how many times faster than the world's timings (default: the world's, else 1)
  --api-key C:T:S         the API key to accept; other users of this host can see it in the process list
  --api-key-file FILE     the same from a file; if there is none, a key is generated and written there
  --faults FILE           what goes wrong, as JSON: a list of rules such as
                          {"op": "commission", "nth": 2, "restart_ms": 2000}; see docs/maas.md
  --ledger FILE           append every effective write to this file, one JSON object a line
  --help                  print this

Without --world: two machines, sim-1 and sim-2, that MAAS knows as New, each with two NICs and one disk, on
10.10.0.0/24; BMCs 10.99.0.1 and 10.99.0.2 (ipmi, admin/secret).
Beside the API, on loopback and without a key: GET /_sim/ledger, GET /_sim/state, POST /_sim/subnets/NAME,
POST /_sim/machines/HOSTNAME/remove-nic|add-nic|fail.
`;

/** The most bytes of a world file. */
const MAX_WORLD_BYTES = 64 * 1024 * 1024;

/** Where the command prints. */
export interface CommandOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** A reason not to start, with its exit code. */
class StartError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}

interface Settings {
  readonly host: string;
  readonly port: number;
  readonly world: World;
  readonly key: KeySource;
  readonly speed: Speed | undefined;
  readonly ledger: string | undefined;
  readonly faults: readonly FaultRule[];
}

/**
 * Runs `bedplate maas-sim` until `signal` says to stop. Answers the exit code: 0 stopped, 1 an unusable world file,
 * 2 wrong usage or an unreadable file, 7 the address cannot be had.
 */
export async function runMaasSim(args: readonly string[], output: CommandOutput, signal: AbortSignal): Promise<number> {
  try {
    const settings = readSettings(args);
    if (settings === undefined) {
      output.stdout(MAAS_SIM_HELP);
      return 0;
    }
    const sim = await start(settings, output).catch((error: unknown) => {
      settings.key.forget();
      throw error;
    });
    output.stdout(`listening on ${sim.url} api key ${settings.key.shown}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await sim.close();
    settings.key.forget();
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    output.stderr(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

function readSettings(args: readonly string[]): Settings | undefined {
  const options = readOptions(args);
  if (options.help) return undefined;
  const address = parseListenAddress(options.listen ?? "127.0.0.1:5240");
  if (address === undefined) throw usage(`--listen ${options.listen} is not HOST:PORT`);
  const world = options.world === undefined ? readWorld(DEFAULT_WORLD) : worldFile(options.world);
  const speed = options.speed === undefined ? undefined : speedOption(options.speed);
  let key: KeySource;
  try {
    key = keyFrom(options["api-key"], options["api-key-file"], world.apiKey, options.world, address.port);
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause));
  }
  const faults = options.faults === undefined ? [] : faultsFile(options.faults);
  return { ...address, world, key, speed, ledger: options.ledger, faults };
}

function readOptions(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = {
      listen: text,
      world: text,
      speed: text,
      "api-key": text,
      "api-key-file": text,
      ledger: text,
      faults: text,
    };
    return parseArgs({ args: [...args], options: { ...options, help: { type: "boolean", short: "h" } } }).values;
  } catch (cause) {
    throw usage(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause));
  }
}

function worldFile(path: string): World {
  let source: string;
  try {
    if (statSync(path).size > MAX_WORLD_BYTES) throw new StartError(1, `${path}: larger than ${MAX_WORLD_BYTES} bytes`);
    source = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(2, `${path}: can't read the world file (${codeOf(cause)}); give --world an existing file`);
  }
  try {
    return parseWorld(source);
  } catch (cause) {
    if (!(cause instanceof WorldError)) throw cause;
    throw new StartError(1, cause.problems.map((problem) => `${path}: ${problem}`).join("\n"));
  }
}

function faultsFile(path: string): FaultRule[] {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (cause) {
    throw new StartError(2, `${path}: can't read the fault script (${codeOf(cause)}); give --faults an existing file`);
  }
  try {
    return parseFaults(source);
  } catch (cause) {
    if (!(cause instanceof FaultScriptError)) throw cause;
    throw new StartError(1, cause.problems.map((problem) => `${path}: ${problem}`).join("\n"));
  }
}

function speedOption(source: string): Speed {
  if (source === "instant") return source;
  const speed = Number(source);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw usage(`--speed ${source} is neither a number above 0 nor 'instant'`);
}

async function start(settings: Settings, output: CommandOutput): Promise<MaasSim> {
  const { host, port, world, key, speed, ledger, faults } = settings;
  try {
    if (ledger !== undefined) appendFileSync(ledger, "");
    return await startMaasSim({
      world,
      host,
      port,
      apiKey: key.key,
      faults,
      ...(speed === undefined ? {} : { speed }),
      ...(ledger === undefined ? {} : { ledgerSink: (line) => appendFileSync(ledger, line) }),
      onFault: (error) => output.stderr(`fault: ${error instanceof Error ? error.message : String(error)}\n`),
    });
  } catch (cause) {
    if (cause instanceof WorldError) throw new StartError(1, cause.problems.join("\n"));
    const code = codeOf(cause);
    if (code === "EADDRINUSE") {
      throw new StartError(7, `${host}:${port} is in use by another process; choose another --listen address`);
    }
    if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new StartError(7, `can't listen on ${host}:${port} (${code}); choose another --listen address`);
    }
    if (ledger !== undefined && code.startsWith("E"))
      throw new StartError(2, `${ledger}: can't write the ledger (${code})`);
    throw cause;
  }
}

function usage(message: string): StartError {
  return new StartError(2, `${message}; see bedplate maas-sim --help`);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
