import type { Computation } from "./computation.ts";
import { dnsServers } from "./dns-servers.ts";
import { fqdn } from "./fqdn.ts";
import { primaryNetwork } from "./primary-network.ts";

/** Every computed value, in the order they are computed: a later one may read an earlier one. */
export const computations: readonly Computation[] = [primaryNetwork, dnsServers, fqdn];
