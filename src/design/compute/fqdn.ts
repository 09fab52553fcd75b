import { isTreeMap } from "../tree.ts";
import { type Computation, nothingComputed, type Reading } from "./computation.ts";

/**
 * The fully qualified name of a node that gives none: its name and the domain of its primary network, or else of the site. A name that ends in the domain is
 * qualified already. Absent where no domain is known.
 */
export const fqdn: Computation = {
  rule: "computed-fqdn",
  kind: "Node",
  field: "fqdn",
  compute(name, tree, world) {
    if (tree.fqdn !== undefined) return nothingComputed;
    const readings: Reading[] = [{ kind: "Node", name, path: "", message: `the name is ${name}` }];
    const primary = tree.primary_network;
    let domain: unknown;
    if (typeof primary === "string") {
      const dns = world.item("Network", primary)?.dns;
      if (isTreeMap(dns)) domain = dns.domain;
      readings.push({ kind: "Node", name, path: "primary_network", message: `the primary network is ${primary}` });
      if (domain !== undefined)
        readings.push({
          ...{ kind: "Network", name: primary, path: "dns.domain" },
          message: `dns.domain of Network/${primary} is ${domain}`,
        });
    }
    if (domain === undefined) {
      const site = world.site();
      domain = site?.tree.domain;
      if (site !== undefined)
        readings.push({
          kind: "Site",
          name: site.name,
          path: "domain",
          message: `domain of Site/${site.name} is ${domain}`,
        });
    }
    if (typeof domain !== "string" || domain === "") return nothingComputed;
    return [{ trail: ["fqdn"], value: name.endsWith(`.${domain}`) ? name : `${name}.${domain}`, readings }];
  },
};
