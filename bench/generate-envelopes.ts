import { type Fields, type ModelItem, siteModel } from "./site-model.ts";
import { writeFields } from "./write-yaml.ts";

const kinds: Readonly<Record<string, string>> = { Site: "Region", Node: "BaremetalNode" };

/** The text of the same site in the form of the earlier seed files, `apiVersion: v1.0` and an envelope of metadata and spec, with that form's field names. */
export function generateEnvelopes(nodes: number): string {
  const parts: string[] = [];
  for (const item of siteModel(nodes)) {
    // This form knows boot actions only by the fields of another one.
    if (item.kind === "BootAction") continue;
    parts.push(
      `---\napiVersion: 'v1.0'\nkind: ${kinds[item.kind] ?? item.kind}\nmetadata:\n  name: ${item.name}\n  region: bench\n  date: 17-FEB-2026\n  author: bench@bench.example\n  description: Made for measuring\nspec:\n${writeFields(specOf(item), 2)}`,
    );
  }
  return parts.join("");
}

function specOf({ kind, spec }: ModelItem): Fields {
  switch (kind) {
    case "Network": {
      const { vlan, dns, ...rest } = spec;
      const { servers, ...others } = dns as Fields;
      const ids: Fields = vlan === undefined ? {} : { vlan_id: String(vlan) };
      return { ...ids, ...rest, dns: { ...others, servers: (servers as readonly string[]).join(",") } };
    }
    case "HardwareProfile": {
      const { device_aliases, ...rest } = spec;
      return { ...rest, device_aliases: byBus(device_aliases as readonly Fields[]) };
    }
    case "HostProfile":
    case "Node": {
      const { interfaces, boot_mac, metadata, ...rest } = spec;
      const placed: Fields =
        boot_mac === undefined
          ? { ...(metadata && { metadata }) }
          : { metadata: { ...(metadata as Fields), boot_mac } };
      return {
        ...rest,
        ...(interfaces !== undefined && { interfaces: (interfaces as readonly Fields[]).map(interfaceOf) }),
        ...placed,
      };
    }
    default:
      return spec;
  }
}

function interfaceOf({ name = "", device_link, networks, ...rest }: Fields): Fields {
  return {
    device_name: name,
    ...(device_link !== undefined && { network_link: device_link }),
    ...rest,
    ...(networks !== undefined && { networks: (networks as readonly string[]).map((network) => ({ name: network })) }),
  };
}

function byBus(aliases: readonly Fields[]): Fields {
  const of = (bus: string) =>
    aliases
      .filter(({ bus_type }) => bus_type === bus)
      .map(({ alias = "", address, dev_type = "" }) => ({ alias, address: `${bus}@${address}`, dev_type }));
  return { pci: of("pci"), scsi: of("scsi") };
}
