import { hostInterfaces } from "../host-interfaces.ts";
import type { Finding, ItemRule } from "../rule.ts";

/** An interface that carries networks can be made. */
export const interfaceParts: ItemRule = {
  id: "interface-parts",
  severity: "error",
  summary: "An interface that carries networks is attached to a link and made of at least one device.",
  why: "The link says how the switch treats the port, the slaves say which devices the interface is made of. Without either the provisioner can't configure it, and its networks are lost.",
  kinds: ["Node"],
  looksAt: { Node: ["interfaces"] },
  check(item, context) {
    return hostInterfaces(item.tree).flatMap(({ path, link, slaves, networks }): Finding[] => {
      if (networks.length === 0 || (link !== undefined && slaves.length > 0)) return [];
      const lacks = (part: string, message: string, hint: string): Finding[] =>
        context.isWhole(item, `${path}.${part}`) ? [{ field: path, message, hint }] : [];
      return [
        ...(link !== undefined ? [] : lacks("device_link", "the interface is attached to no link", "add device_link:")),
        ...(slaves.length > 0
          ? []
          : lacks("slaves", "the interface is made of no device", "add slaves: with a hardware alias")),
      ];
    });
  },
};
