/** A device lshw found on a bus. */
export interface LshwDevice {
  /** Such as "scsi@2:0.0.0". */
  readonly businfo: string;
  /** Names in /dev without the folder, such as "sda". */
  readonly names: readonly string[];
  readonly serial: string;
  readonly product: string;
}

const MAX_DEPTH = 256;

/**
 * The devices with a bus address in the XML that `lshw -xml` writes. Reads just that form: elements, attributes in quotes,
 * text with the five named entities. What is no such XML gives what was read up to there.
 */
export function readLshw(xml: string): LshwDevice[] {
  const devices: LshwDevice[] = [];
  const nodes: { businfo: string; names: string[]; serial: string; product: string }[] = [];
  const tags = /<(\/?)([a-zA-Z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>([^<]*)/g;
  for (const [, closing, name, , selfClosing, text = ""] of xml.matchAll(tags)) {
    if (name === "node" && closing === "" && selfClosing === "") {
      if (nodes.length >= MAX_DEPTH) return devices;
      nodes.push({ businfo: "", names: [], serial: "", product: "" });
      continue;
    }
    const node = nodes.at(-1);
    if (node === undefined) continue;
    if (name === "node" && closing !== "") {
      nodes.pop();
      if (node.businfo !== "") devices.push(node);
    } else if (closing === "") {
      const value = unescapeXml(text.trim());
      if (name === "businfo") node.businfo = value;
      else if (name === "serial") node.serial = value;
      else if (name === "product") node.product = value;
      else if (name === "logicalname") node.names.push(value.replace(/^\/dev\//, ""));
    }
  }
  return devices;
}

function unescapeXml(source: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return source.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
}
