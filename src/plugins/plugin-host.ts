import type { DescService } from "@bufbuild/protobuf";
import type { Client, Transport } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { GetDriverInfoResponse } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { beginCall, reachPlugin } from "./plugin-call.ts";
import { createPluginClient } from "./plugin-client.ts";
import type { PluginCommand } from "./plugin-command.ts";
import { unknownPlugin } from "./plugin-error.ts";
import { createPluginSupervisor, type PluginStatus, type PluginSupervisor } from "./plugin-supervisor.ts";
import { PLUGIN_TIMING, type PluginTiming } from "./plugin-timing.ts";
import { createPluginTransport } from "./plugin-transport.ts";
import { createSocketDirectory } from "./socket-directory.ts";

/** The plugins of one process of the core: started at their first use, kept running, stopped with the host. */
export interface PluginHost {
  /**
   * A client of one of a plugin's services. Calls start the plugin if need be, wait for it within their deadline (30 s
   * unless they bring one), end their stream when its reader leaves, and fail as UNAVAILABLE with PLUGIN_UNAVAILABLE when it can't be had. Throws NOT_FOUND for a name that isn't known.
   */
  client<S extends DescService>(plugin: string, service: S): Client<S>;
  /** What a driver says of itself; starts it if need be. Errors as those of `client`; for another plugin an Error. */
  info(plugin: string, signal?: AbortSignal): Promise<GetDriverInfoResponse>;
  /** How the plugin's process is doing and why, in one line. Throws NOT_FOUND for a name that isn't known. */
  state(plugin: string): PluginStatus;
  /** Names of the plugins, sorted. */
  known(): readonly string[];
  /** Stops all plugins (SIGTERM, after five seconds SIGKILL) and removes their sockets. Calls under way fail. */
  close(): Promise<void>;
}

/** What a host needs. */
export type PluginHostOptions = {
  readonly plugins: readonly PluginCommand[];
  /** Directory of this user alone in which the sockets go; made when absent. */
  readonly socketDir: string;
  readonly log: Logger;
  /** Version of the core, semver. */
  readonly coreVersion: string;
  /** How patient the host is, where it differs from PLUGIN_TIMING. */
  readonly timing?: Partial<PluginTiming>;
};

/** Makes a host. Throws when a name is given twice or no socket directory can be made. */
export function createPluginHost({ plugins, socketDir, log, coreVersion, timing }: PluginHostOptions): PluginHost {
  const names = plugins.map(({ name }) => name).sort();
  const twice = names.find((name, index) => name === names[index + 1]);
  if (twice !== undefined) throw new Error(`plugin "${twice}" is declared twice: give each plugin a name of its own`);
  const sockets = createSocketDirectory(socketDir);
  const entries = new Map<string, { supervisor: PluginSupervisor; transport: Transport }>();
  for (const plugin of plugins) {
    const supervisor = createPluginSupervisor({
      plugin,
      sockets,
      log,
      coreVersion,
      timing: { ...PLUGIN_TIMING, ...timing },
    });
    if (plugin.eager) supervisor.start();
    entries.set(plugin.name, { supervisor, transport: createPluginTransport(plugin.name, supervisor) });
  }
  const entryOf = (plugin: string): { supervisor: PluginSupervisor; transport: Transport } => {
    const entry = entries.get(plugin);
    if (entry === undefined) throw unknownPlugin(plugin, names);
    return entry;
  };
  let closed: Promise<void> | undefined;

  return {
    client: (plugin, service) => createPluginClient(service, entryOf(plugin).transport),
    async info(plugin, signal) {
      const { supervisor } = entryOf(plugin);
      const call = beginCall(signal, undefined);
      try {
        const { driver } = (await reachPlugin(plugin, supervisor, call)).greeting;
        if (driver === undefined) throw new Error(`plugin "${plugin}" is no driver`);
        return driver;
      } finally {
        call.end();
      }
    },
    state: (plugin) => entryOf(plugin).supervisor.status(),
    known: () => names,
    close() {
      closed ??= Promise.all([...entries.values()].map(({ supervisor }) => supervisor.close())).then(() =>
        sockets.remove(),
      );
      return closed;
    },
  };
}
