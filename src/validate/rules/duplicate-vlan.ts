import { parseBlock } from "../address.ts";
import type { GroupRule } from "../rule.ts";
import { numberAt, textAt } from "../tree-access.ts";

/** Two networks with one VLAN id are probably a slip; an IPv4 and an IPv6 network share one by intent. */
export const duplicateVlan: GroupRule = {
  id: "duplicate-vlan",
  severity: "warning",
  summary: "Networks of one protocol have VLAN ids of their own.",
  kinds: ["Network"],
  facts({ kind, name, tree }) {
    const vlan = numberAt(tree, "vlan");
    if (vlan === undefined) return [];
    return [{ key: `vlan/${vlan}/${parseBlock(textAt(tree, "cidr"))?.version ?? ""}`, kind, name, field: "vlan" }];
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    return others.map((fact) => ({
      about: fact,
      field: "vlan",
      message: `VLAN ${first.key.split("/")[1]} is that of network ${first.name}, too`,
      hint: "fine when they ride on different links; otherwise give another id",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `network ${first.name}` }],
    }));
  },
};
