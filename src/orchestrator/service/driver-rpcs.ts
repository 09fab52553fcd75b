import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { DriverService } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import {
  type DriverInstance,
  DriverInstanceSchema,
  type DriverInstanceStatus,
  DriverInstanceStatusSchema,
  PluginState,
} from "../../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Db } from "../../db/database.ts";
import type { PluginHost } from "../../plugins/plugin-host.ts";
import type { DriverAccess } from "../drivers/driver-access.ts";
import { driverError } from "../drivers/driver-failure.ts";
import type { InstanceRegistrar } from "../drivers/instance-registrar.ts";
import { oneLine } from "../one-line.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { deleteInstance, listInstances, type StoredInstance } from "../store/driver-instances.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "putDriverInstance" | "getDriverInstance" | "listDriverInstances" | "deleteDriverInstance" | "probeDriverInstance"
>;

/** What the RPCs about driver instances need. */
export interface DriverRpcDeps {
  readonly db: Db;
  readonly plugins: Pick<PluginHost, "info" | "state">;
  readonly registrar: InstanceRegistrar;
  readonly drivers: DriverAccess;
  /** Deadline of a probe, in milliseconds. */
  readonly callMs: number;
}

/** The RPCs about driver instances. */
export function createDriverRpcs({ db, plugins, registrar, drivers, callMs }: DriverRpcDeps): Handlers {
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
      const { name, plugin, endpoint, options } = instance;
      const references: Record<string, string> = {};
      const literals: Record<string, string> = {};
      for (const [key, { source }] of Object.entries(instance.secrets)) {
        if (source.case === "ref") references[key] = source.value;
        if (source.case === "literal") literals[key] = source.value;
      }
      const given = { name, plugin, endpoint, options, secrets: references };
      return { status: await status(await registrar.register(given, context.signal, literals), context.signal) };
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
      drivers.changed(name);
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
