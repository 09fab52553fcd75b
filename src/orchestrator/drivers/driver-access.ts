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
  /** Forgets what is known of an instance, because it has changed. */
  changed(name: string): void;
}

/** What calls to drivers need. */
export interface DriverAccessOptions {
  readonly db: Db;
  readonly plugins: Pick<PluginHost, "client" | "info">;
  readonly secrets: SecretStore;
  readonly resolver: SecretResolver;
}

const DEFAULT_IN_FLIGHT = 16;
// So long another process's change of an instance may go unnoticed here.
const KNOWN_MS = 1_000;

interface OpenInstance {
  readonly stored: StoredInstance;
  /** Sealed literals by their references. */
  readonly literals: ReadonlyMap<string, string>;
}

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
  /** An instance, and the literals that were sealed for it. Files and variables are read anew for each call. */
  const open = async (name: string): Promise<OpenInstance> => {
    const stored = await instance(name);
    const literals = new Map<string, string>();
    for (const ref of Object.values(stored.secrets).filter((each) => each.startsWith("sealed:"))) {
      const literal = await secrets.unseal(db, instanceScope(name), ref);
      if (literal !== undefined) literals.set(ref, literal);
    }
    return { stored, literals };
  };
  const known = new Map<string, { readonly opened: Promise<OpenInstance>; readonly until: number }>();
  const opened = (name: string): Promise<OpenInstance> => {
    const found = known.get(name);
    if (found !== undefined && found.until > performance.now()) return found.opened;
    const fresh = open(name);
    known.set(name, { opened: fresh, until: performance.now() + KNOWN_MS });
    fresh.catch(() => known.delete(name));
    return fresh;
  };
  const targetOf = async ({ stored, literals }: OpenInstance): Promise<TargetInit> => {
    const { name, endpoint, options } = stored;
    const resolved: Record<string, string> = {};
    for (const [key, ref] of Object.entries(stored.secrets)) {
      resolved[key] = await resolver.resolve(ref, `driver instance ${name}`, async (sealed) => literals.get(sealed));
    }
    return { instance: name, endpoint, options: { ...options }, secrets: resolved };
  };
  return {
    instance,
    async call(name, service, signal, call) {
      const { plugin } = (await opened(name)).stored;
      const semaphore = await semaphoreOf(plugin, signal);
      return semaphore.run(signal, async () =>
        call(plugins.client(plugin, service), await targetOf(await opened(name))),
      );
    },
    async info(name, signal) {
      return plugins.info((await instance(name)).plugin, signal);
    },
    changed: (name) => void known.delete(name),
  };
}
