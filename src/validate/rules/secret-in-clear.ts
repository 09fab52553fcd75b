import type { ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

const places: readonly { readonly parent?: string; readonly field: string }[] = [
  { parent: "oob", field: "credential" },
  { field: "legacy_provisioner_key" },
];

/** A design should refer to secrets. */
export const secretInClear: ItemRule = {
  id: "secret-in-clear",
  severity: "warning",
  summary: "A secret is given by reference, not in clear.",
  kinds: ["HostProfile", "Node", "Site"],
  check({ kind, name, tree }) {
    return places.flatMap(({ parent, field }) => {
      const secret = mapAt(parent === undefined ? tree : mapAt(tree, parent), field);
      const inClear = textAt(secret, "literal") !== undefined || textAt(secret, "ref")?.startsWith("sealed:") === true;
      if (!inClear) return [];
      const path = parent === undefined ? field : `${parent}.${field}`;
      return [
        {
          kind,
          name,
          field: path,
          message: `${path} is a secret in clear`,
          hint: "write a reference: {ref: 'file:NAME'} or {ref: 'env:BEDPLATE_SECRET_NAME'}",
        },
      ];
    });
  },
};
