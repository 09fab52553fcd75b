import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt } from "../tree-access.ts";

const secretName = /passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key/i;

/** A design should refer to secrets. */
export const secretInClear: ItemRule = {
  id: "secret-in-clear",
  severity: "warning",
  summary: "A secret is given by reference, not in clear.",
  kinds: ["HostProfile", "Node", "Site"],
  check({ tree }) {
    const oob = mapAt(tree, "oob");
    const secrets = [
      { field: "oob.credential", secret: mapAt(oob, "credential") },
      { field: "legacy_provisioner_key", secret: mapAt(tree, "legacy_provisioner_key") },
    ];
    const findings = secrets
      .filter(({ secret }) => textAt(secret, "literal") !== undefined || textAt(secret, "ref")?.startsWith("sealed:"))
      .map(
        ({ field }): Finding => ({
          field,
          message: `${field} is a secret in clear`,
          hint: "write a reference: {ref: 'file:NAME'} or {ref: 'env:BEDPLATE_SECRET_NAME'}",
        }),
      );
    for (const key of Object.keys(mapAt(oob, "parameters") ?? {})) {
      if (!secretName.test(key)) continue;
      findings.push({
        field: memberPath("oob.parameters", key),
        message: `oob parameter ${shown(key)} looks like a secret, and parameters are shown to everybody`,
        hint: "put it in oob.credential",
      });
    }
    return findings;
  },
};
