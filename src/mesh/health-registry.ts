import type { DescService } from "@bufbuild/protobuf";
import { isPlanned } from "./method-role.ts";

/** Whether each service can do its work now; one registry per process, shared by all its listeners. */
export interface HealthRegistry {
  /** Says that a service can, or can't, do its work. A service with no working RPC never can. */
  set(service: DescService, serving: boolean): void;
  /** Whether a service serves; `""` asks for the whole process. Undefined for a service that isn't here. */
  get(service: string): boolean | undefined;
  /** The names of all services here, without `""`. */
  names(): string[];
  /** Nothing serves any more, and nothing will again. */
  shutdown(): void;
  /** Calls back on every change until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/**
 * Starts with every service of ours that has a working RPC, and every service that isn't ours, as serving. The process as
 * a whole serves while all services that have working RPCs do.
 */
export function createHealthRegistry(services: readonly DescService[]): HealthRegistry {
  const working = new Map(services.map((each) => [each.typeName, each.methods.some((method) => !isPlanned(method))]));
  const serving = new Map(working);
  const listeners = new Set<() => void>();
  let stopped = false;

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  return {
    set(service, can) {
      const { typeName } = service;
      if (!working.has(typeName)) throw new Error(`${typeName} is not a service of this process`);
      const next = can && !stopped && working.get(typeName) === true;
      if (serving.get(typeName) === next) return;
      serving.set(typeName, next);
      changed();
    },
    get(service) {
      if (service !== "") return serving.get(service);
      return !stopped && [...serving].every(([name, can]) => can || working.get(name) === false);
    },
    names: () => [...serving.keys()],
    shutdown() {
      stopped = true;
      for (const name of serving.keys()) serving.set(name, false);
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
