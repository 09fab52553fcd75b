import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type DriverInstanceStatus,
  DriverInstanceStatusSchema,
  PluginState,
} from "../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { SecretSchema } from "../../gen/bedplate/type/v1/secret_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { pair, readSecret } from "./key-value.ts";
import { note, type OutputForm, print, printTable, printValue } from "./output.ts";
import { toCliError } from "./rpc-error.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands about driver instances. */
export interface DriverOptions extends ConnectOptions {
  readonly output: OutputForm;
}

/** Options of `bedplate driver add`. */
export interface AddDriverOptions extends DriverOptions {
  readonly plugin: string;
  readonly endpoint: string;
  readonly option: readonly string[];
  readonly secret: readonly string[];
  readonly secretFile: readonly string[];
  readonly probe: boolean;
}

const protoNames = { protoNames: true } as const;

/** `bedplate driver list`: driver instances and how they are doing. */
export async function listDrivers(options: DriverOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { statuses } = await clientFor(OrchestratorService).listDriverInstances({ pageSize: 1000 });
    if (options.output !== "table")
      await printValue(options.output, {
        drivers: statuses.map((status) => redactSecrets(DriverInstanceStatusSchema, status, protoNames)),
      });
    else await printTable(["name", "plugin", "endpoint", "process", "message"], statuses.map(row));
    return exitCode.done;
  });
}

/** `bedplate driver add NAME`: registers a driver instance, or changes it, and asks the driver whether it can reach its target. */
export async function addDriver(name: string, options: AddDriverOptions): Promise<ExitCode> {
  const secrets: Record<string, MessageInitShape<typeof SecretSchema>> = {};
  for (const [key, ref] of options.secret.map((text) => pair(text, "--secret")))
    secrets[key] = { source: { case: "ref", value: ref } };
  for (const [key, path] of options.secretFile.map((text) => pair(text, "--secret-file"))) {
    secrets[key] = { source: { case: "literal", value: await readSecret(path) } };
  }
  return withServer(options, async ({ clientFor }) => {
    const orchestrator = clientFor(OrchestratorService);
    const instance = {
      name,
      plugin: options.plugin,
      endpoint: options.endpoint,
      options: Object.fromEntries(options.option.map((text) => pair(text, "--option"))),
      secrets,
    };
    const { status } = await orchestrator.putDriverInstance({ instance });
    const found = options.probe ? await probe(orchestrator, name) : "not probed";
    if (options.output !== "table" && status !== undefined)
      await printValue(options.output, {
        driver: redactSecrets(DriverInstanceStatusSchema, status, protoNames),
        probe: found,
      });
    else await print(`driver instance ${name}: ${found}\n`);
    return exitCode.done;
  });
}

/** What the driver says of its target. A target that fails leaves the instance stored as it was given, and the error says so. */
async function probe(orchestrator: Client<typeof OrchestratorService>, name: string): Promise<string> {
  try {
    return (await orchestrator.probeDriverInstance({ name })).message;
  } catch (error) {
    const shown = toCliError(error);
    if (!(shown instanceof CliError)) throw error;
    const kept = `the instance is kept as given: add it again with what was meant, or run bedplate driver remove ${name}`;
    throw new CliError(shown.code, shown.message, [shown.hint, kept].filter(Boolean).join("; "));
  }
}

/** `bedplate driver info NAME`: what a driver says of itself. */
export async function driverInfo(name: string, options: DriverOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { status } = await clientFor(OrchestratorService).getDriverInstance({ name });
    if (status === undefined)
      throw new CliError(exitCode.usage, `there is no driver instance ${name}`, "see bedplate driver list");
    const shown = redactSecrets(DriverInstanceStatusSchema, status, protoNames);
    await printValue(options.output === "json" ? "json" : "yaml", { driver: shown });
    return exitCode.done;
  });
}

/** `bedplate driver remove NAME`: forgets a driver instance. */
export async function removeDriver(name: string, options: DriverOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    await clientFor(OrchestratorService).deleteDriverInstance({ name });
    note(`driver instance ${name} is gone`);
    return exitCode.done;
  });
}

function row({ instance, pluginState, message }: DriverInstanceStatus): string[] {
  return [
    instance?.name ?? "",
    instance?.plugin ?? "",
    instance?.endpoint || "-",
    (PluginState[pluginState] ?? "unknown").toLowerCase(),
    message,
  ];
}
