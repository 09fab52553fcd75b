import type { GroupRule } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

/** Two networks with one VLAN id are probably a slip. */
export const duplicateVlan: GroupRule = {
  id: "duplicate-vlan",
  severity: "warning",
  summary: "Networks have VLAN ids of their own.",
  kinds: ["Network"],
  facts({ kind, name, tree }) {
    const vlan = numberAt(tree, "vlan");
    return vlan === undefined ? [] : [{ key: `vlan/${vlan}`, kind, name, field: "vlan" }];
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    return others.map(({ kind, name, field }) => ({
      kind,
      name,
      field,
      message: `VLAN ${first.key.slice("vlan/".length)} is that of network ${first.name}, too`,
      hint: "fine when they ride on different links; otherwise give another id",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `network ${first.name}` }],
    }));
  },
};
