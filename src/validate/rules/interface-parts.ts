import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

/** An interface that carries networks can be made. */
export const interfaceParts: ItemRule = {
  id: "interface-parts",
  severity: "error",
  summary: "An interface that carries networks is attached to a link and made of at least one device.",
  kinds: ["Node"],
  check(item, context) {
    return membersAt(item.tree, "interfaces").flatMap((one): Finding[] => {
      if (textsAt(one, "networks").length === 0) return [];
      const hasLink = textAt(one, "device_link") !== undefined;
      const hasDevice = textsAt(one, "slaves").length > 0;
      if (hasLink && hasDevice) return [];
      const field = memberPath("interfaces", textAt(one, "name") ?? "");
      const lacks = (part: string, message: string, hint: string): Finding[] =>
        context.isWhole(item, `${field}.${part}`) ? [{ field, message, hint }] : [];
      return [
        ...(hasLink ? [] : lacks("device_link", "the interface is attached to no link", "add device_link:")),
        ...(hasDevice
          ? []
          : lacks("slaves", "the interface is made of no device", "add slaves: with a hardware alias")),
      ];
    });
  },
};
