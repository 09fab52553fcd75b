import { create } from "@bufbuild/protobuf";
import { Code, type ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { DriverService, type GetDriverInfoResponse } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import {
  type DriverInstance,
  DriverInstanceSchema,
  type DriverInstanceStatus,
  DriverInstanceStatusSchema,
  PluginState,
} from "../../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import type { SealedLiteral, SecretStore } from "../../db/secret-store.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { failure } from "../../mesh/failure.ts";
import type { PluginHost } from "../../plugins/plugin-host.ts";
import { suggest } from "../../text/suggest.ts";
import { type DriverAccess, instanceScope } from "../drivers/driver-access.ts";
import { driverError } from "../drivers/driver-failure.ts";
import { oneLine } from "../one-line.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { deleteInstance, listInstances, putInstance, type StoredInstance } from "../store/driver-instances.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "putDriverInstance" | "getDriverInstance" | "listDriverInstances" | "deleteDriverInstance" | "probeDriverInstance"
>;

/** What the RPCs about driver instances need. */
export interface DriverRpcDeps {
  readonly db: Db;
  readonly plugins: Pick<PluginHost, "info" | "state">;
  readonly secrets: SecretStore;
  readonly drivers: DriverAccess;
  /** Deadline of a probe, in milliseconds. */
  readonly callMs: number;
}

/** The RPCs about driver instances. */
export function createDriverRpcs({ db, plugins, secrets, drivers, callMs }: DriverRpcDeps): Handlers {
  const status = async (instance: StoredInstance, signal: AbortSignal): Promise<DriverInstanceStatus> => {
    const plugin = pluginStatus(plugins, instance.plugin);
    const ready = plugin.state === PluginState.READY;
    const info = ready ? await plugins.info(instance.plugin, signal).catch(() => undefined) : undefined;
    return create(DriverInstanceStatusSchema, {
      instance: instanceMessage(instance),
      pluginState: plugin.state,
      starts: plugin.starts,
      message: oneLine(plugin.message),
      ...(info !== undefined && { info }),
    });
  };
  return {
    async putDriverInstance(request, context) {
      const instance = request.instance ?? create(DriverInstanceSchema);
      const info = await plugins.info(instance.plugin, context.signal).catch((error) => {
        throw unusablePlugin(instance, error);
      });
      checkOptions(instance, info);
      const stored = await withTransaction(db, async (tx) => {
        const { refs, literals } = await secretRefs(tx, secrets, instance);
        await secrets.store(tx, instanceScope(instance.name), literals);
        const { name, plugin, endpoint, options } = instance;
        const row: StoredInstance = { name, plugin, endpoint, options, secrets: refs };
        await putInstance(tx, row);
        return row;
      });
      return { status: await status(stored, context.signal) };
    },

    async getDriverInstance({ name }, context) {
      return { status: await status(await drivers.instance(name), context.signal) };
    },

    async listDriverInstances(request, context) {
      const query = ["driver instances"];
      const [after = ""] = pageStart(request, query, 1) ?? [];
      const rows = await listInstances(db, after, rowsToRead(request));
      const page = cutPage(rows, request, query, ({ name }) => [name]);
      const statuses = await Promise.all(page.rows.map((row) => status(row, context.signal)));
      return { statuses, nextPageToken: page.nextPageToken };
    },

    async deleteDriverInstance({ name }) {
      await deleteInstance(db, name);
      return {};
    },

    async probeDriverInstance({ name }, { signal }) {
      const answer = await drivers
        .call(name, DriverService, signal, (client, target) => client.probe({ target }, { signal, timeoutMs: callMs }))
        .catch((error) => {
          throw driverError(name, error);
        });
      return { message: answer.message, targetVersion: answer.targetVersion };
    },
  };
}

/** The contract's form of a driver instance: secrets are references. */
function instanceMessage({ name, plugin, endpoint, options, secrets }: StoredInstance): DriverInstance {
  return create(DriverInstanceSchema, {
    name,
    plugin,
    endpoint,
    options: { ...options },
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([key, ref]) => [key, { source: { case: "ref" as const, value: ref } }]),
    ),
  });
}

function pluginStatus(plugins: Pick<PluginHost, "state">, plugin: string): ReturnType<PluginHost["state"]> {
  try {
    return plugins.state(plugin);
  } catch {
    return { state: PluginState.STOPPED, starts: 0, message: `there is no plugin ${plugin} on this server` };
  }
}

/** A plugin nobody knows is the request's mistake; one that doesn't come up is not. */
function unusablePlugin({ plugin }: DriverInstance, caught: unknown): ConnectError {
  const error = driverError(plugin, caught);
  if (error.code !== Code.NotFound) return error;
  const { rawMessage } = error;
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, rawMessage, {
    fieldPath: "instance.plugin",
    subject: plugin,
  });
}

function checkOptions(instance: DriverInstance, info: GetDriverInfoResponse): void {
  const options = info.options.map(({ name }) => name);
  refuseUnknown("option", "instance.options", Object.keys(instance.options), options, instance.plugin);
  refuseUnknown("secret", "instance.secrets", Object.keys(instance.secrets), info.secretNames, instance.plugin);
  const missing = info.secretNames.find((name) => instance.secrets[name]?.source.case === undefined);
  if (missing === undefined) return;
  throw failure(
    Code.InvalidArgument,
    ErrorReason.INVALID_FIELD,
    `the driver ${instance.plugin} needs the secret ${missing}`,
    {
      fieldPath: `instance.secrets[${JSON.stringify(missing)}]`,
      hint: "give it as file:NAME or env:BEDPLATE_SECRET_NAME",
    },
  );
}

function refuseUnknown(
  what: string,
  field: string,
  given: readonly string[],
  known: readonly string[],
  plugin: string,
): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  const names = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `the driver ${plugin} knows no ${what} ${unknown}`, {
    fieldPath: `${field}[${JSON.stringify(unknown)}]`,
    hint: near === undefined ? names : `did you mean ${near}?`,
  });
}

/** References as they are stored: a literal is sealed, a sealed one must be this instance's own. */
async function secretRefs(
  db: Db,
  secrets: SecretStore,
  { name, secrets: given }: DriverInstance,
): Promise<{ refs: Record<string, string>; literals: SealedLiteral[] }> {
  const refs: Record<string, string> = {};
  const literals: SealedLiteral[] = [];
  const scope = instanceScope(name);
  for (const [key, { source }] of Object.entries(given)) {
    if (source.case === "ref") refs[key] = source.value;
    if (source.case !== "literal") continue;
    const ref = secrets.refOf(scope, source.value);
    literals.push({ ref, literal: source.value });
    refs[key] = ref;
  }
  const sealed = Object.values(refs).filter(
    (ref) => ref.startsWith("sealed:") && literals.every((each) => each.ref !== ref),
  );
  const known = await secrets.known(db, scope, sealed);
  const foreign = sealed.find((ref) => !known.has(ref));
  if (foreign === undefined) return { refs, literals };
  throw failure(
    Code.InvalidArgument,
    ErrorReason.INVALID_FIELD,
    `driver instance ${name} has no sealed secret ${foreign}`,
    {
      fieldPath: "instance.secrets",
      hint: "give the secret itself, or a file: or env: reference",
    },
  );
}
