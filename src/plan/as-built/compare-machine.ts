import { parseBytes } from "../../design/size.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { BuiltHardware } from "../find-device.ts";
import { numberAt, textAt } from "../read-tree.ts";
import { alike, saysSame } from "./alike.ts";
import { type Looked, NOTHING, together } from "./difference.ts";

const MIB = 1n << 20n;

/** Compares what a profile says of the machine as a whole: maker, model, firmware and its mode, memory, processors, and how many devices there are. */
export function compareMachine(profile: TreeMap, built: BuiltHardware): Looked {
  const text = (field: string, value: string, what: string, same: (one: string, other: string) => boolean): Looked => {
    const designed = textAt(profile, field);
    if (designed === "") return NOTHING;
    if (value === "") return { findings: [], untold: [field] };
    if (same(designed, value)) return NOTHING;
    return difference(field, designed, value, `the ${what} is ${value}, not ${designed}`);
  };
  const count = (field: string, value: number, what: string, isTold: boolean): Looked => {
    const designed = numberAt(profile, field);
    if (designed === undefined) return NOTHING;
    if (!isTold) return { findings: [], untold: [field] };
    if (designed === value) return NOTHING;
    return difference(field, `${designed}`, `${value}`, `the machine has ${value} ${what}, not ${designed}`);
  };
  const ports = built.nics.filter(isOnBus(built)).length;
  return together([
    text("vendor", built.systemVendor, "maker of the machine", alike),
    text("product", built.systemProduct, "model of the machine", saysSame),
    text("bios_version", built.firmwareVersion, "firmware version", saysSame),
    text("boot_mode", built.bootMode.toLowerCase(), "firmware mode", (one, other) => one === other),
    text("architecture", architecture(built.architecture), "architecture", (one, other) => architecture(one) === other),
    text("cpu_model", built.cpuModel, "processor", saysSame),
    count("cpu_count", built.cpuCount, "logical processors", built.cpuCount > 0),
    memory(profile, built),
    count("nic_count", ports, "network ports", built.nics.length + built.disks.length > 0),
    count("disk_count", built.disks.length, "disks", built.nics.length + built.disks.length > 0),
  ]);
}

/**
 * Memory is what the design says when it isn't less by more than what firmware and kernel keep for themselves: 3 %, or 1 GiB where that is more, but never more than an
 * eighth. So one module in 24 that is missing is noticed. A design may say "256g" of 256 GiB, as people do: it isn't more than that in binary units.
 */
function memory(profile: TreeMap, { memoryMib }: BuiltHardware): Looked {
  const designed = textAt(profile, "memory");
  const least = parseBytes(designed);
  if (least === undefined) return NOTHING;
  if (memoryMib === 0) return { findings: [], untold: ["memory"] };
  const built = BigInt(memoryMib) * MIB;
  const share = (least * 3n) / 100n;
  const kept = smaller(share > 1024n * MIB ? share : 1024n * MIB, least / 8n);
  const most = parseBytes(designed.trim().replace(/^([\d.]+\s*[kmgt])b?$/i, "$1i")) ?? least;
  // A module of memory is whole mebibytes: what is less than one more isn't more.
  if (built >= least - kept && built < most + MIB) return NOTHING;
  const word = built < least ? "only " : "";
  return difference(
    "memory",
    designed,
    `${memoryMib}mi`,
    `the machine has ${word}${memoryMib} MiB of memory, not ${designed}`,
  );
}

function difference(field: string, designed: string, built: string, message: string): Looked {
  return { findings: [{ field, designed, built, message, weight: "plain" }], untold: [] };
}

/** A port without a place on a bus, where others have one, is the BMC's own. */
function isOnBus({ nics }: BuiltHardware): (nic: { readonly pciAddress: string }) => boolean {
  const told = nics.some(({ pciAddress }) => pciAddress !== "");
  return ({ pciAddress }) => !told || pciAddress !== "";
}

/** One word for each architecture, without a provisioner's variant behind it. */
function architecture(name: string): string {
  const bare = name.trim().toLowerCase().split("/")[0] ?? "";
  const words: Readonly<Record<string, string>> = {
    x86_64: "amd64",
    "x86-64": "amd64",
    aarch64: "arm64",
    ppc64le: "ppc64el",
  };
  return words[bare] ?? bare;
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
