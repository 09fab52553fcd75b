import type { Computation } from "./computation.ts";
import { dnsServers } from "./dns-servers.ts";
import { fqdn } from "./fqdn.ts";
import { kernelParameters } from "./kernel-parameters.ts";
import { primaryNetwork } from "./primary-network.ts";
import { routeDomainRoutes } from "./route-domain-routes.ts";

/** Every computed value, in the order they are computed: a later one may read an earlier one. */
export const computations: readonly Computation[] = [
  primaryNetwork,
  dnsServers,
  fqdn,
  kernelParameters,
  routeDomainRoutes,
];
