import { isTreeMap } from "../tree.ts";
import type { Computation } from "./computation.ts";

/**
 * The fully qualified name of a node that gives none: its name and the domain of its primary network, or else of the site. A name that ends in the domain is
 * qualified already. Absent where no domain is known.
 */
export const fqdn: Computation = {
  rule: "computed-fqdn",
  kind: "Node",
  field: "fqdn",
  compute(name, tree, world) {
    const inputs: string[] = [];
    const primary = tree.primary_network;
    let domain: unknown;
    if (typeof primary === "string") {
      inputs.push(`Network/${primary}`);
      const dns = world.item("Network", primary)?.dns;
      if (isTreeMap(dns)) domain = dns.domain;
    }
    if (domain === undefined && world.siteName !== undefined) {
      inputs.push(`Site/${world.siteName}`);
      domain = world.item("Site", world.siteName)?.domain;
    }
    if (typeof domain !== "string" || domain === "") return { value: undefined, inputs };
    return { value: name.endsWith(`.${domain}`) ? name : `${name}.${domain}`, inputs };
  },
};
