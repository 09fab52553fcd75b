import type { DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { ON_BEHALF_OF } from "./authorize.ts";
import { authorOf, type Caller } from "./caller.ts";

/** Clients of the services of Bedplate, wherever those run. */
export interface ServiceClients {
  /** The client of a service: in this process if it runs here, else at its peer. Throws if it runs nowhere known. */
  clientFor<S extends DescService>(service: S): Client<S>;
}

/** Where services run. */
export type ServicePlaces = {
  /** The services of this process and the way to them. */
  readonly local?: { readonly services: readonly DescService[]; readonly transport: Transport };
  /** The way to services of other processes, by full service name. */
  readonly peers?: ReadonlyMap<string, Transport>;
};

/**
 * Picks the way to each service once. `places` may be a function, asked when a client is first wanted: services that
 * call each other are then made before the host they share.
 */
export function createServiceClients(places: ServicePlaces | (() => ServicePlaces)): ServiceClients {
  const clients = new Map<string, unknown>();
  return {
    clientFor<S extends DescService>(service: S): Client<S> {
      const known = clients.get(service.typeName);
      if (known !== undefined) return known as Client<S>;
      const { local, peers } = typeof places === "function" ? places() : places;
      const here = local?.services.some((each) => each.typeName === service.typeName) ? local.transport : undefined;
      const transport = here ?? peers?.get(service.typeName);
      if (transport === undefined) {
        throw new Error(`${service.typeName} runs neither in this process nor at an address it was given`);
      }
      const client = createClient(service, transport);
      clients.set(service.typeName, client);
      return client;
    },
  };
}

/** Call options by which a service says whose call it serves, so that the next one names the right author. */
export function onBehalfOf(caller: Caller): CallOptions {
  return { headers: { [ON_BEHALF_OF]: authorOf(caller) } };
}
