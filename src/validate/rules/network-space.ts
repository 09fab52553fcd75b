import type { EffectiveItem } from "../../design/effective-item.ts";
import { linkTraffic } from "../links.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { numberAt, textAt } from "../tree-access.ts";

/** Networks that share a VLAN of a link are in one space, under a name that isn't the provisioner's own. */
export const networkSpace: ItemRule = {
  id: "network-space",
  severity: "error",
  summary: "Networks that share a VLAN of a link, such as an IPv4 and an IPv6 one, are in one space.",
  why: "The provisioner keeps the space with the VLAN, not with each network, so only one of two could be had. MAAS calls having no space `undefined` and takes no space of that name.",
  kinds: ["Network", "NetworkLink"],
  looksAt: { Network: ["space"] },
  check(item, context) {
    if (item.kind === "Network") {
      if (textAt(item.tree, "space") !== "undefined") return [];
      const message = "no space can be called undefined: that is what having none is called";
      return [{ field: "space", message, hint: "remove it, or call the space otherwise" }];
    }
    const { isTrunk, native, named } = linkTraffic(item);
    const owners = new Map<number, EffectiveItem>();
    return named.flatMap((name): Finding[] => {
      const network = context.lookup("Network", name);
      const space = textAt(network?.tree, "space");
      const tag = !isTrunk || name === native ? 0 : numberAt(network?.tree, "vlan");
      if (network === undefined || space === undefined || tag === undefined) return [];
      const owner = owners.get(tag);
      if (owner === undefined) {
        owners.set(tag, network);
        return [];
      }
      const other = textAt(owner.tree, "space") ?? "";
      if (other === space) return [];
      const of = tag === 0 ? "untagged frames" : `VLAN ${tag}`;
      const message = `space ${space} isn't that of network ${owner.name}, with which it shares ${of} of link ${item.name}: ${other}`;
      const related = [{ kind: owner.kind, name: owner.name, field: "space", message: `network ${owner.name}` }];
      return [{ about: network, field: "space", message, hint: "give both networks one space", related }];
    });
  },
};
