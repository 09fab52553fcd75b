import type { DescService, MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code } from "@connectrpc/connect";
import type { GetDriverInfoResponse } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import type { TargetSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import type { SecretStore } from "../../db/secret-store.ts";
import { failure } from "../../mesh/failure.ts";
import type { PluginHost } from "../../plugins/plugin-host.ts";
import { suggest } from "../../text/suggest.ts";
import { createSemaphore, type Semaphore } from "../semaphore.ts";
import { listInstances, readInstance, type StoredInstance } from "../store/driver-instances.ts";
import type { SecretResolver } from "./secret-resolver.ts";

/** What a driver instance acts on, secrets resolved. */
export type TargetInit = MessageInitShape<typeof TargetSchema>;

/** Calls drivers through their instances. */
export interface DriverAccess {
  /** The instance of that name. Throws NOT_FOUND, with the name it was perhaps meant to be. */
  instance(name: string): Promise<StoredInstance>;
  /**
   * Makes one call to an instance's driver: `call` gets its client and the target, secrets resolved. No more calls are under way at a
   * time than the driver takes. Throws as the driver does, as `instance` does, and SECRET_UNAVAILABLE.
   */
  call<Service extends DescService, Result>(
    name: string,
    service: Service,
    signal: AbortSignal,
    call: (client: Client<Service>, target: TargetInit) => Promise<Result>,
  ): Promise<Result>;
  /** What the driver of an instance says of itself. */
  info(name: string, signal: AbortSignal): Promise<GetDriverInfoResponse>;
}

/** What calls to drivers need. */
export interface DriverAccessOptions {
  readonly db: Db;
  readonly plugins: Pick<PluginHost, "client" | "info">;
  readonly secrets: SecretStore;
  readonly resolver: SecretResolver;
}

const DEFAULT_IN_FLIGHT = 16;

/** The scope in which the literals of a driver instance are sealed. */
export function instanceScope(name: string): string {
  return `driver/${name}`;
}

/** Makes the access. */
export function createDriverAccess({ db, plugins, secrets, resolver }: DriverAccessOptions): DriverAccess {
  const semaphores = new Map<string, Semaphore>();
  const semaphoreOf = async (plugin: string, signal: AbortSignal): Promise<Semaphore> => {
    const { limits } = await plugins.info(plugin, signal);
    const places = limits?.maxInFlight || DEFAULT_IN_FLIGHT;
    const known = semaphores.get(plugin);
    if (known !== undefined) {
      known.resize(places);
      return known;
    }
    const made = createSemaphore(places);
    semaphores.set(plugin, made);
    return made;
  };
  const instance = async (name: string): Promise<StoredInstance> => {
    const found = await readInstance(db, name);
    if (found !== undefined) return found;
    const near = suggest(
      name,
      (await listInstances(db, "", 1_000)).map((each) => each.name),
    );
    const guess = near === undefined ? "" : `; did you mean ${near}?`;
    throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no driver instance ${name}${guess}`, {
      subject: name,
      hint: `register it: bedplate driver add ${name}`,
    });
  };
  const targetOf = async ({ name, endpoint, options, secrets: refs }: StoredInstance): Promise<TargetInit> => {
    const unseal = (ref: string): Promise<string | undefined> => secrets.unseal(db, instanceScope(name), ref);
    const resolved: Record<string, string> = {};
    for (const [key, ref] of Object.entries(refs)) {
      resolved[key] = await resolver.resolve(ref, `driver instance ${name}`, unseal);
    }
    return { instance: name, endpoint, options: { ...options }, secrets: resolved };
  };
  return {
    instance,
    async call(name, service, signal, call) {
      const stored = await instance(name);
      const semaphore = await semaphoreOf(stored.plugin, signal);
      return semaphore.run(signal, async () => call(plugins.client(stored.plugin, service), await targetOf(stored)));
    },
    async info(name, signal) {
      return plugins.info((await instance(name)).plugin, signal);
    },
  };
}
