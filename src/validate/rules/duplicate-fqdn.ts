import { fullNamePlace } from "../name-place.ts";
import type { GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A full name belongs to one node. */
export const duplicateFqdn: GroupRule = {
  id: "duplicate-fqdn",
  severity: "error",
  summary: "A node's full name is its own, in whatever case.",
  why: "Machines are found by their full name: two of one name overwrite each other in the name service and in the provisioner. Names don't differ by case. `web` with the domain `a.example` is `web.a.example`, as a node of that very name is.",
  kinds: ["Node"],
  facts({ kind, name, tree }) {
    return [{ key: `fqdn/${(textAt(tree, "fqdn") ?? name).toLowerCase()}`, kind, name, field: "fqdn" }];
  },
  check([first, ...others], context) {
    if (first === undefined) return [];
    return others.map((fact) => ({
      about: fact,
      ...fullNamePlace(fact, context),
      message: `the full name ${first.key.slice("fqdn/".length)} is that of ${first.name}, too`,
      hint: "give one of them another name",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `${first.name} has it` }],
    }));
  },
};
