import type { EffectiveItem } from "../../design/effective-item.ts";
import { parseBytes } from "../../design/size.ts";
import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";
import { normalMac } from "./mac-address.ts";

const means: readonly string[] = ["address", "serial", "wwn", "mac", "min_size"];
const forms: ReadonlyMap<string, { readonly form: RegExp; readonly example: string }> = new Map([
  ["pci", { form: /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i, example: "0000:00:03.0" }],
  ["scsi", { form: /^\d+:\d+\.\d+\.\d+$/, example: "2:0.0.0" }],
]);
/** What an address begins with that is a pattern for addresses. */
const pattern = "regexp:";

/** An alias tells one device from all others. */
export const deviceAlias: ItemRule = {
  id: "device-alias",
  severity: "warning",
  summary:
    "A device alias has an address of its bus, in the bus's own form and of its own, or another mark to know the device by.",
  why: `An alias stands for exactly one device of the machine as built, found by its place on the bus as \`lshw\` writes it (PCI \`0000:00:03.0\`, SCSI \`2:0.0.0\`), by its serial number, WWN or MAC address, or by a least size. An address that
begins with \`regexp:\` is a pattern for addresses. Two aliases of one device, a pattern nobody can read, a MAC address that is none, or a disk smaller than its own least size are errors: the node would stop before anything is written.`,
  kinds: ["HardwareProfile"],
  check(item, context) {
    const owners = new Map<string, string>();
    return membersAt(item.tree, "device_aliases").flatMap((device) => [
      ...faultsOf(device, item, context),
      ...sharedWith(device, item, owners),
    ]);
  },
};

function faultsOf(device: TreeMap, item: EffectiveItem, context: RuleContext): Finding[] {
  const alias = textAt(device, "alias") ?? "";
  const field = memberPath("device_aliases", alias);
  const address = textAt(device, "address");
  if (address === undefined && means.every((mark) => device[mark] === undefined)) {
    if (!context.isWhole(item, field)) return [];
    const hint = "add address: with its place on the bus, or serial, wwn, mac or min_size";
    return [{ field, message: `nothing says which device ${shown(alias)} is`, hint }];
  }
  const slip = address === undefined ? undefined : faultOfAddress(device, address);
  const mac = textAt(device, "mac");
  const [least, size] = ["min_size", "size"].map((key) => parseBytes(textAt(device, key) ?? ""));
  return [
    ...(slip === undefined ? [] : [{ field: `${field}.address`, ...slip }]),
    ...(mac === undefined || normalMac(mac) !== undefined
      ? []
      : [
          {
            field: `${field}.mac`,
            severity: "error" as const,
            message: `${shown(mac)} is no MAC address`,
            hint: "write six pairs of hex digits, such as 52:54:00:12:34:56",
          },
        ]),
    ...(least === undefined || size === undefined || least <= size
      ? []
      : [
          {
            field: `${field}.min_size`,
            severity: "error" as const,
            message: `the disk is smaller (${textAt(device, "size") ?? ""}) than its least size`,
            hint: "correct size or min_size",
          },
        ]),
  ];
}

function faultOfAddress(device: TreeMap, address: string): Finding | undefined {
  if (address.startsWith(pattern)) {
    const source = address.slice(pattern.length);
    if (source !== "" && isPattern(source)) return undefined;
    const message = `${shown(address)} is no pattern for addresses`;
    return { severity: "error", message, hint: "write a regular expression behind regexp:, such as 0000:18:00\\.[01]" };
  }
  const bus = textAt(device, "bus_type");
  const known = bus === undefined ? undefined : forms.get(bus);
  if (known === undefined || known.form.test(address)) return undefined;
  return { message: `${shown(address)} is no ${bus} address`, hint: `write it as lshw does, such as ${known.example}` };
}

function isPattern(source: string): boolean {
  try {
    // As the drivers read it: earlier forms escape what needs no escape.
    new RegExp(`^(?:${source})`, "i");
    return true;
  } catch {
    return false;
  }
}

/** Marks that another alias of the profile has, too. A least size, or a pattern, may fit several devices. */
function sharedWith(device: TreeMap, { kind, name }: EffectiveItem, owners: Map<string, string>): Finding[] {
  const alias = textAt(device, "alias") ?? "";
  const bus = textAt(device, "bus_type") ?? "";
  return ["address", "serial", "wwn", "mac"].flatMap((mark): Finding[] => {
    const text = textAt(device, mark);
    if (text === undefined || (mark === "address" && (text.startsWith(pattern) || faultOfAddress(device, text))))
      return [];
    const value = mark === "mac" ? (normalMac(text) ?? text) : text.toLowerCase();
    const key = `${mark === "address" ? bus : ""} ${mark} ${value}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, alias);
      return [];
    }
    return [
      {
        field: `${memberPath("device_aliases", alias)}.${mark}`,
        severity: "error",
        message: `${shown(text)} is the ${mark} of alias ${shown(owner)}, too`,
        hint: "give each alias a device of its own",
        related: [
          { kind, name, field: `${memberPath("device_aliases", owner)}.${mark}`, message: `alias ${shown(owner)}` },
        ],
      },
    ];
  });
}
