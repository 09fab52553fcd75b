import { memberPath } from "../names.ts";
import type { Fact, GroupRule } from "../rule.ts";
import { textsAt } from "../tree-access.ts";

/** A network rides on one link. */
export const networkOnLinks: GroupRule = {
  id: "network-on-links",
  severity: "error",
  summary: "A network is among the allowed networks of one link.",
  why: "A link is what switch and server agree on for one kind of attachment, and a provisioner keeps one fabric of VLANs for each. A network allowed on two would be two segments with the same addresses. Take it off one of them, or make it two networks.",
  kinds: ["NetworkLink"],
  facts({ kind, name, tree }) {
    return textsAt(tree, "allowed_networks").map(
      (network): Fact => ({
        ...{ key: `carried/${network}`, kind, name },
        field: memberPath("allowed_networks", network),
      }),
    );
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    const network = first.key.slice("carried/".length);
    return others.map((fact) => ({
      about: fact,
      field: fact.field,
      message: `network ${network} is allowed on link ${first.name}, too`,
      hint: "allow it on one link",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `link ${first.name}` }],
    }));
  },
};
