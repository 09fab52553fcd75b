import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HardwareManifestSchema } from "../../gen/bedplate/type/v1/hardware_pb.js";

/** A manifest to be, in the contract's fields. */
export type ManifestInit = MessageInitShape<typeof HardwareManifestSchema>;

/** Thrown when a text isn't what `lshw -json` prints. The message is one line. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ManifestError";
  }
}

interface LshwNode {
  readonly class?: string;
  readonly id?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly version?: string;
  readonly serial?: string;
  readonly businfo?: string;
  readonly logicalname?: string;
  readonly size?: number;
  readonly capacity?: number;
  readonly configuration?: {
    readonly threads?: string;
    readonly enabledcores?: string;
    readonly wwid?: string;
    readonly driver?: string;
    readonly firmware?: string;
  };
  readonly capabilities?: Readonly<Record<string, unknown>>;
}

const mostNodes = 100_000;
const mostDepth = 64;
const MOST_DEVICES = 1024;

/**
 * Reads what `lshw -json` prints: the system, its firmware, processors, memory, network interfaces, disks, and which module drives which PCI device. With `-numeric` it tells
 * the ids of devices, too, by which those that want a module are known. Throws `ManifestError`.
 */
export function readLshwManifest(text: string): ManifestInit {
  const nodes = flatten(parse(text));
  const system = nodes.find((node) => node.class === "system") ?? {};
  const firmware = nodes.find((node) => node.class === "memory" && node.id === "firmware");
  const memory = nodes.filter((node) => node.class === "memory" && /^memory(:\d+)?$/.test(node.id ?? ""));
  const cpus = nodes.filter((node) => node.class === "processor");
  return {
    systemVendor: textOf(system.vendor),
    systemProduct: textOf(system.product),
    systemSerial: textOf(system.serial),
    firmwareVersion: textOf(firmware?.version),
    cpuCount: cpus.reduce(
      (sum, cpu) => sum + (Number(cpu.configuration?.threads ?? cpu.configuration?.enabledcores ?? 1) || 1),
      0,
    ),
    memoryMib: Math.floor(memory.reduce((sum, node) => sum + (node.size ?? 0), 0) / (1024 * 1024)),
    nics: nodes.filter((node) => node.class === "network").map(toNic),
    disks: nodes.filter((node) => node.class === "disk").map(toDisk),
    cpuModel: textOf(cpus[0]?.product),
    architecture: cpus.some(({ capabilities }) => capabilities?.["x86-64"] !== undefined) ? "amd64" : "",
    devices: nodes
      .filter((node) => busAddress(node.businfo, "pci") !== "")
      .slice(0, MOST_DEVICES)
      .map(toDevice),
    source: "node",
  };
}

function toNic(node: LshwNode) {
  return {
    logicalName: textOf(node.logicalname),
    pciAddress: busAddress(node.businfo, "pci"),
    mac: textOf(node.serial).toLowerCase(),
    vendor: nameOf(node.vendor),
    product: nameOf(node.product),
    firmwareVersion: textOf(node.configuration?.firmware),
    speedMbps: Math.floor((node.size ?? node.capacity ?? 0) / 1_000_000),
  };
}

function toDisk(node: LshwNode) {
  return {
    logicalName: textOf(node.logicalname).replace(/^\/dev\//, ""),
    scsiAddress: busAddress(node.businfo, "scsi"),
    serial: textOf(node.serial),
    wwn: textOf(node.configuration?.wwid),
    model: textOf(node.product),
    sizeBytes: node.size === undefined ? "" : String(Math.floor(node.size)),
    firmwareVersion: textOf(node.version),
  };
}

function toDevice(node: LshwNode) {
  const [vendorId = "", productId = ""] =
    /\[([0-9a-f]{4}):([0-9a-f]{4})\]$/i.exec(textOf(node.product))?.slice(1) ?? [];
  return {
    pciAddress: busAddress(node.businfo, "pci"),
    vendorId: vendorId.toLowerCase(),
    productId: productId.toLowerCase(),
    vendor: nameOf(node.vendor),
    product: nameOf(node.product),
    driver: textOf(node.configuration?.driver).split(" ")[0]?.slice(0, 253) ?? "",
  };
}

/** A maker or model without the number that `-numeric` puts behind it. */
function nameOf(value: unknown): string {
  return textOf(value).replace(/\s*\[[0-9a-f]{4}(?::[0-9a-f]{4})?\]$/i, "");
}

function busAddress(businfo: string | undefined, bus: string): string {
  const prefix = `${bus}@`;
  return businfo?.startsWith(prefix) ? businfo.slice(prefix.length, prefix.length + 64) : "";
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === "string" ? value.slice(0, 256) : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestError("the manifest is no JSON; send what lshw -json prints");
  }
}

/** Every node of the tree, which some versions of lshw wrap in a list. */
function flatten(root: unknown): readonly LshwNode[] {
  const nodes: LshwNode[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > mostDepth || nodes.length > mostNodes)
      throw new ManifestError("the manifest is larger than any machine; send what lshw -json prints");
    if (Array.isArray(value)) {
      for (const member of value) visit(member, depth + 1);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    nodes.push(value as LshwNode);
    if ("children" in value) visit(value.children, depth + 1);
  };
  visit(root, 0);
  if (!nodes.some((node) => node.class === "system"))
    throw new ManifestError("the manifest names no system; send what lshw -json prints");
  return nodes;
}
