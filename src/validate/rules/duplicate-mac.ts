import type { GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";
import { normalMac } from "./mac-address.ts";

/** A MAC address belongs to one node, however it is written. */
export const duplicateMac: GroupRule = {
  id: "duplicate-mac",
  severity: "error",
  summary: "A boot MAC belongs to one node, in whatever notation.",
  why: "A provisioner knows a machine by its boot MAC: two nodes of one MAC are one machine, installed as whichever comes first. `52:54:00:12:34:56`, `52-54-00-12-34-56` and `5254.0012.3456` are one MAC, and so are upper and lower case.",
  kinds: ["Node"],
  facts({ kind, name, tree }) {
    const digits = normalMac(textAt(tree, "boot_mac") ?? "");
    return digits === undefined ? [] : [{ key: `mac/${digits}`, kind, name, field: "boot_mac" }];
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    return others.map((fact) => ({
      about: fact,
      field: "boot_mac",
      message: `boot_mac is that of ${first.name}, too`,
      hint: "give each node the address of its own card",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `${first.name} has it` }],
    }));
  },
};
