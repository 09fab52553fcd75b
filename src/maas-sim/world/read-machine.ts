import { POWER_TYPES } from "../power/power-type.ts";
import { parseSize } from "../size.ts";
import type { ObjectReader, Problems } from "./object-reader.ts";
import type { Phase, ScriptOutcome, WorldDisk, WorldMachine, WorldNic } from "./world.ts";

/** How a script may end. */
export const SCRIPT_OUTCOMES = ["passed", "failed", "timed_out", "degraded", "skipped"] as const;
/** The transitions a world file or the control endpoint can make fail. */
export const PHASES: readonly Phase[] = [
  "commissioning",
  "testing",
  "deploying",
  "erasing",
  "releasing",
  "entering_rescue",
  "exiting_rescue",
];
const PCI = { pattern: /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/, form: "a PCI address such as '0000:00:03.0'" };
const MAC = { pattern: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, form: "a MAC address such as '52:54:00:00:00:01'" };
const DEVICE = { pattern: /^[A-Za-z0-9._-]{1,15}$/, form: "a device name of at most 15 characters" };
const PCI_ID = { pattern: /^[0-9a-f]{4}$/, form: "four hex digits such as '8086'" };
const HOST = { pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, form: "a host name without a domain" };

/** Reads one member of `machines`, noting its problems and filling in its defaults. */
export function readMachine(reader: ObjectReader, problems: Problems): WorldMachine {
  const hostname = reader.text("hostname", HOST);
  const system = reader.object("system");
  const bios = reader.object("bios");
  const cpu = reader.object("cpu");
  const nics = reader.list("nics", readNic);
  const machine: WorldMachine = {
    hostname,
    enlisted: reader.boolean("enlisted", true),
    architecture: reader.text("architecture", { fallback: "amd64/generic" }),
    bootMethod: reader.choice("boot_method", ["uefi", "bios"], "uefi"),
    powerType: reader.text("power_type", { fallback: "manual" }),
    powerParameters: reader.textMap("power_parameters"),
    system: {
      vendor: system.text("vendor", { fallback: "Bedplate" }),
      product: system.text("product", { fallback: "Simulated Machine" }),
      serial: system.text("serial", { fallback: `SIM-${hostname}` }),
      version: system.text("version", { fallback: "1" }),
    },
    bios: {
      vendor: bios.text("vendor", { fallback: "SeaBIOS" }),
      version: bios.text("version", { fallback: "1.0.0" }),
      date: bios.text("date", { fallback: "01/01/2026" }),
    },
    cpu: {
      model: cpu.text("model", { fallback: "Simulated CPU @ 2.40GHz" }),
      sockets: cpu.number("sockets", { min: 1, max: 64, fallback: 1 }),
      cores: cpu.number("cores", { min: 1, max: 1024, fallback: 8 }),
      speedMhz: cpu.number("speed_mhz", { min: 1, max: 100_000, fallback: 2400 }),
    },
    memoryMib: reader.number("memory_mib", { min: 128, max: 1e9, fallback: 16_384 }),
    nics: withBootNic(nics, reader.path, problems),
    disks: reader.list("disks", (disk, index) => readDisk(disk, index, problems)),
    missingNics: reader.textList("missing_nics", PCI),
    fail: reader.textList("fail").map((phase, index) => asPhase(phase, `${reader.path}.fail[${index}]`, problems)),
    scripts: reader.list("scripts", (script) => readScriptOutcome(script, problems)),
    modules: reader.textList("modules"),
  };
  for (const part of [system, bios, cpu]) part.end();
  if (!(machine.powerType in POWER_TYPES)) {
    const known = Object.keys(POWER_TYPES).filter((name) => name !== "");
    problems.add(`${reader.path}.power_type`, `must be one of ${known.join(", ")}`);
  }
  machine.missingNics.forEach((address, index) => {
    if (machine.nics.some(({ pciAddress }) => pciAddress === address)) return;
    problems.add(`${reader.path}.missing_nics[${index}]`, `no NIC has the PCI address '${address}'`);
  });
  return machine;
}

function readNic(reader: ObjectReader): WorldNic {
  const network = reader.optionalText("network");
  return {
    name: reader.text("name", DEVICE),
    mac: reader.text("mac", MAC).toLowerCase(),
    pciAddress: reader.text("pci_address", PCI),
    vendor: reader.text("vendor", { fallback: "Intel Corporation" }),
    product: reader.text("product", { fallback: "Ethernet Controller X710 for 10GbE SFP+" }),
    driver: reader.text("driver", { fallback: "i40e" }),
    vendorId: reader.text("vendor_id", { ...PCI_ID, fallback: "8086" }),
    productId: reader.text("product_id", { ...PCI_ID, fallback: "1572" }),
    firmware: reader.text("firmware", { fallback: "6.01" }),
    speedMbps: reader.number("speed_mbps", { min: 1, max: 1e6, fallback: 10_000 }),
    numaNode: reader.number("numa_node", { min: 0, max: 63, fallback: 0 }),
    ...(network === undefined ? {} : { network }),
    boot: reader.boolean("boot", false),
  };
}

function withBootNic(nics: readonly WorldNic[], path: string, problems: Problems): WorldNic[] {
  const marked = nics.filter((nic) => nic.boot);
  if (marked.length > 1) problems.add(`${path}.nics`, "more than one has 'boot'");
  const boot = marked[0] ?? nics.find((nic) => nic.network !== undefined) ?? nics[0];
  return nics.map((nic) => ({ ...nic, boot: nic === boot }));
}

function readDisk(reader: ObjectReader, index: number, problems: Problems): WorldDisk {
  const serial = reader.text("serial");
  const size = reader.raw("size");
  const sizeBytes = typeof size === "string" ? parseSize(size) : size;
  if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1e8) {
    problems.add(`${reader.path}.size`, "must be bytes or a text such as '100G', at least 100M");
  }
  return {
    name: reader.text("name", DEVICE),
    model: reader.text("model", { fallback: "Simulated Disk" }),
    vendor: reader.text("vendor", { fallback: "ATA" }),
    serial,
    sizeBytes: typeof sizeBytes === "number" ? sizeBytes : 0,
    blockSize: reader.number("block_size", { min: 512, max: 4096, fallback: 512 }),
    idPath: reader.text("id_path", { fallback: `/dev/disk/by-id/scsi-${serial}` }),
    scsiAddress: reader.text("scsi_address", {
      pattern: /^\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}$/,
      form: "a SCSI address such as '2:0.0.0'",
      fallback: `${index}:0.0.0`,
    }),
    rotary: reader.boolean("rotary", false),
    firmware: reader.text("firmware", { fallback: "1.0" }),
    numaNode: reader.number("numa_node", { min: 0, max: 63, fallback: 0 }),
  };
}

function readScriptOutcome(reader: ObjectReader, problems: Problems): ScriptOutcome {
  const exit = reader.raw("exit_status");
  const output = reader.raw("output");
  if (exit !== undefined && !Number.isInteger(exit))
    problems.add(`${reader.path}.exit_status`, "must be a whole number");
  if (output !== undefined && typeof output !== "string") problems.add(`${reader.path}.output`, "must be a text");
  return {
    name: reader.text("name"),
    outcome: reader.choice("outcome", SCRIPT_OUTCOMES, "failed"),
    exitStatus: typeof exit === "number" ? exit : undefined,
    output: typeof output === "string" ? output : undefined,
  };
}

function asPhase(source: string, path: string, problems: Problems): Phase {
  const phase = PHASES.find((candidate) => candidate === source);
  if (phase === undefined) problems.add(path, `must be one of ${PHASES.join(", ")}`);
  return phase ?? "commissioning";
}
