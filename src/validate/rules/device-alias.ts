import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

const means: readonly string[] = ["address", "serial", "wwn", "mac", "min_size"];
const forms: ReadonlyMap<string, { readonly form: RegExp; readonly example: string }> = new Map([
  ["pci", { form: /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i, example: "0000:00:03.0" }],
  ["scsi", { form: /^\d+:\d+\.\d+\.\d+$/, example: "2:0.0.0" }],
]);

/** An alias tells one device from all others. */
export const deviceAlias: ItemRule = {
  id: "device-alias",
  severity: "warning",
  summary:
    "A device alias has an address of its bus, in the bus's own form and of its own, or another mark to know the device by.",
  kinds: ["HardwareProfile"],
  check(item, context) {
    const owners = new Map<string, string>();
    return membersAt(item.tree, "device_aliases").flatMap((device): Finding[] => {
      const alias = textAt(device, "alias") ?? "";
      const field = memberPath("device_aliases", alias);
      const address = textAt(device, "address");
      if (address === undefined) {
        if (means.some((mark) => device[mark] !== undefined) || !context.isWhole(item, field)) return [];
        const hint = "add address: with its place on the bus, or serial, wwn, mac or min_size";
        return [{ field, message: `nothing says which device ${shown(alias)} is`, hint }];
      }
      const slip = faultOfForm(device, address);
      if (slip !== undefined) return [{ field: `${field}.address`, ...slip }];
      const key = `${textAt(device, "bus_type") ?? ""}@${address.toLowerCase()}`;
      const owner = owners.get(key);
      if (owner === undefined) {
        owners.set(key, alias);
        return [];
      }
      const other = `${memberPath("device_aliases", owner)}.address`;
      return [
        {
          field: `${field}.address`,
          severity: "error",
          message: `${shown(address)} is the address of alias ${shown(owner)}, too`,
          hint: "give each alias a device of its own",
          related: [{ kind: item.kind, name: item.name, field: other, message: `alias ${shown(owner)}` }],
        },
      ];
    });
  },
};

function faultOfForm(device: TreeMap, address: string): Finding | undefined {
  const bus = textAt(device, "bus_type");
  const known = bus === undefined ? undefined : forms.get(bus);
  if (known === undefined || known.form.test(address)) return undefined;
  return { message: `${shown(address)} is no ${bus} address`, hint: `write it as lshw does, such as ${known.example}` };
}
