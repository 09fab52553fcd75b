import { suggest } from "../../text/suggest.ts";
import { aliasesOf, aliasOfAddress } from "../device-aliases.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Devices are named by aliases of the hardware profile. */
export const hardwareAlias: ItemRule = {
  id: "hardware-alias",
  severity: "warning",
  summary: "Slaves, the boot drive and physical devices are aliases of the node's hardware profile.",
  why: `Names such as \`eth0\` and \`sda\` differ from boot to boot and from model to model. An alias of the hardware profile says which device is meant by its place on the bus, its serial number or its size, and is
looked up on the machine as built. A name that is no alias is taken as the name the running system gives the device, which may be another one tomorrow.`,
  kinds: ["Node"],
  looksAt: { Node: ["hardware_profile", "interfaces", "storage"] },
  check({ tree }, context) {
    const profile = context.lookup("HardwareProfile", textAt(tree, "hardware_profile"));
    if (profile === undefined) return [];
    const aliases = aliasesOf(profile);
    const unknown = (alias: string, field: string): Finding[] => {
      if (aliases.has(alias) || !context.isWhole(profile, "device_aliases")) return [];
      const near = suggest(alias, aliases);
      return [
        {
          field,
          message: `${shown(alias)} is no alias of hardware profile ${profile.name}; it is taken as a device name`,
          hint: near === undefined ? `add device alias ${shown(alias)} to ${profile.name}` : `did you mean ${near}?`,
          related: [
            { kind: "HardwareProfile", name: profile.name, field: "device_aliases", message: "the hardware profile" },
          ],
        },
      ];
    };
    const storage = mapAt(tree, "storage");
    const disks = membersAt(storage, "physical_devices").map((one) => textAt(one, "name") ?? "");
    // A disk listed by its alias and by its address is another mistake, reported as that.
    const isListedTwice = (address: string): boolean => {
      const alias = aliasOfAddress(profile, address);
      return alias !== undefined && disks.includes(alias);
    };
    const boot = textAt(mapAt(storage, "boot_drive"), "device");
    return [
      ...membersAt(tree, "interfaces").flatMap((one) =>
        textsAt(one, "slaves").flatMap((slave) => {
          if (aliases.has(slave)) return [];
          return unknown(slave, memberPath(`${memberPath("interfaces", textAt(one, "name") ?? "")}.slaves`, slave));
        }),
      ),
      ...(boot === undefined ? [] : unknown(boot, "storage.boot_drive.device")),
      ...disks.flatMap((alias) =>
        alias === "" || alias === boot || aliases.has(alias) || isListedTwice(alias)
          ? []
          : unknown(alias, memberPath("storage.physical_devices", alias)),
      ),
    ];
  },
};
