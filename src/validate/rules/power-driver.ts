import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** Who switches power is there. */
export const powerDriver: ItemRule = {
  id: "power-driver",
  severity: "error",
  summary: "A site whose power_owner is `oob_driver` names its OOB driver instance.",
  why: `With \`power_owner: oob_driver\` power is switched through management controllers by the driver instance that \`oob_driver\` names, and never by the server driver. Without one nobody could switch it. \`bedplate driver list\` shows the instances there are.`,
  kinds: ["Site"],
  looksAt: { Site: ["power_owner", "oob_driver"] },
  check(item, context) {
    if (textAt(item.tree, "power_owner") !== "oob_driver" || (textAt(item.tree, "oob_driver") ?? "") !== "") return [];
    if (!context.isWhole(item, "oob_driver")) return [];
    const hint = "add oob_driver: with the name of a driver instance, or let power_owner be server_driver";
    return [{ field: "power_owner", message: "power is the OOB driver's, and the site names none", hint }];
  },
};
