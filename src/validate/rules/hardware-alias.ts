import { suggest } from "../../text/suggest.ts";
import { memberKey } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Devices are named by aliases of the hardware profile. */
export const hardwareAlias: ItemRule = {
  id: "hardware-alias",
  severity: "warning",
  summary: "Slaves, the boot drive and physical devices are aliases of the node's hardware profile.",
  kinds: ["Node"],
  check({ kind, name, tree }, context) {
    const profile = context.lookup("HardwareProfile", textAt(tree, "hardware_profile") ?? "");
    if (profile === undefined || !context.isWhole(profile)) return [];
    const aliases = membersAt(profile.tree, "device_aliases").map((alias) => textAt(alias, "alias") ?? "");
    const storage = mapAt(tree, "storage");
    const device = textAt(mapAt(storage, "boot_drive"), "device");
    const uses = [
      ...membersAt(tree, "interfaces").flatMap((one) =>
        textsAt(one, "slaves").map((slave) => ({
          alias: slave,
          field: `interfaces[${memberKey(textAt(one, "name") ?? "")}].slaves[${memberKey(slave)}]`,
        })),
      ),
      ...(device === undefined ? [] : [{ alias: device, field: "storage.boot_drive.device" }]),
      ...membersAt(storage, "physical_devices").flatMap((one) => {
        const alias = textAt(one, "name");
        return alias === undefined || alias === device
          ? []
          : [{ alias, field: `storage.physical_devices[${memberKey(alias)}]` }];
      }),
    ];
    return uses
      .filter(({ alias }) => !aliases.includes(alias))
      .map(({ alias, field }): Finding => {
        const near = suggest(alias, aliases);
        return {
          kind,
          name,
          field,
          message: `${alias} is no alias of hardware profile ${profile.name}; it is taken as a device name`,
          hint: near === undefined ? `add device alias ${alias} to ${profile.name}` : `did you mean ${near}?`,
          related: [
            { kind: "HardwareProfile", name: profile.name, field: "device_aliases", message: "the hardware profile" },
          ],
        };
      });
  },
};
