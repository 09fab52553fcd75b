import { type Fields, type ModelItem, siteModel, type Value } from "./site-model.ts";
import { writeFields } from "./write-yaml.ts";

const kinds: Readonly<Record<string, string>> = { Site: "Region", Node: "BaremetalNode" };
/** Lists that this form writes as maps, and the field that becomes the key. */
const maps: Readonly<Record<string, string>> = {
  ...{ device_aliases: "alias", hugepages: "name", interfaces: "name", physical_devices: "name" },
  ...{ volume_groups: "name", tor_switches: "name" },
};

/** The text of the same site in the `drydock/<Kind>/v1` form, rendered, as Deckhand gives it. */
export function generateAirship(nodes: number): string {
  const parts: string[] = [];
  for (const item of siteModel(nodes)) {
    parts.push(
      `---\nschema: drydock/${kinds[item.kind] ?? item.kind}/v1\nmetadata:\n  schema: metadata/Document/v1\n  name: ${item.name}\n  storagePolicy: cleartext\n  labels:\n    application: drydock\ndata:\n${writeFields(dataOf(item), 2)}`,
    );
  }
  return parts.join("");
}

function dataOf({ kind, spec }: ModelItem): Fields {
  const data = withMaps(spec);
  if (kind === "BootAction") {
    const { nodes, ...rest } = data;
    return { ...rest, node_filter: filterOf(nodes as Fields) };
  }
  if (kind === "Network") {
    const { dns, ...rest } = data;
    const { servers, ...others } = dns as Fields;
    return { ...rest, dns: { ...others, servers: (servers as readonly string[]).join(",") } };
  }
  if (kind !== "Node") return data;
  const { boot_mac = "", metadata, ...rest } = data;
  return { ...rest, metadata: { ...(metadata as Fields), boot_mac } };
}

function filterOf({ tags, racks }: Fields): Fields {
  const wanted: Fields = tags === undefined ? { rack_names: racks ?? [] } : { node_tags: tags };
  return { filter_set_type: "union", filter_set: [{ filter_type: "union", ...wanted }] };
}

function withMaps(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const key = maps[name];
      if (key === undefined || !Array.isArray(value)) return [name, inner(value)];
      const members = (value as readonly Fields[]).map((member) => {
        const { [key]: named, ...rest } = withMaps(member);
        return [String(named), rest] as const;
      });
      return [name, Object.fromEntries(members)];
    }),
  );
}

function inner(value: Value): Value {
  if (Array.isArray(value)) return value.map(inner);
  return typeof value === "object" ? withMaps(value as Fields) : value;
}
