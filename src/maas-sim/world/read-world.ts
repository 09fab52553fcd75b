import { parseApiKey } from "../auth/api-key.ts";
import { contains, parseAddress, parseBlock } from "../network/address.ts";
import { createProblems, type ObjectReader, type Problems, readObject } from "./object-reader.ts";
import { readMachine } from "./read-machine.ts";
import type { World, WorldFabric, WorldImage, WorldMachine, WorldOtherNode, WorldSubnet, WorldVlan } from "./world.ts";

/** A world file that cannot be used; `problems` has one located line for each fault. */
export class WorldError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "WorldError";
    this.problems = problems;
  }
}

/** The most machines of one world. */
export const MAX_MACHINES = 20_000;

const DEFAULT_IMAGES: readonly WorldImage[] = [
  { name: "ubuntu/noble", architecture: "amd64", kernels: ["ga-24.04", "hwe-24.04"], title: "24.04 LTS" },
  { name: "ubuntu/jammy", architecture: "amd64", kernels: ["ga-22.04", "hwe-22.04"], title: "22.04 LTS" },
];

/** Reads the text of a world file. Throws a `WorldError` that lists every fault found. */
export function parseWorld(source: string): World {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new WorldError([`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  return readWorld(value);
}

/** Checks a parsed world file and fills in its defaults. Throws a `WorldError` that lists every fault found. */
export function readWorld(value: unknown): World {
  const problems = createProblems();
  const reader = readObject(value, "", problems);
  const apiKey = reader.optionalText("api_key", { form: "'consumer:token:secret'" });
  if (apiKey && parseApiKey(apiKey) === undefined) problems.add("api_key", "must be 'consumer:token:secret'");
  const images = reader.list("images", readImage);
  const world: World = {
    ...(apiKey === undefined ? {} : { apiKey }),
    speed: readSpeed(reader, problems),
    timings: readTimings(reader.object("timings")),
    config: reader.textMap("config"),
    images: images.length > 0 ? images : DEFAULT_IMAGES,
    fabrics: reader.list("fabrics", (fabric) => readFabric(fabric, problems)),
    machines: reader.list("machines", (machine) => readMachine(machine, problems)),
    otherNodes: reader.list("other_nodes", readOtherNode),
  };
  reader.end();
  if (world.machines.length > MAX_MACHINES) problems.add("machines", `has more than ${MAX_MACHINES} members`);
  checkUnique(world.machines, problems);
  if (problems.lines.length > 0) throw new WorldError(problems.lines);
  return world;
}

function readOtherNode(reader: ObjectReader): WorldOtherNode {
  return {
    hostname: reader.text("hostname"),
    type: reader.number("type", { min: 1, max: 4, fallback: 1 }),
    mac: reader.text("mac").toLowerCase(),
    addresses: reader.textList("addresses", { pattern: /^[\da-fA-F:.]+$/, form: "an IP address" }),
  };
}

function readSpeed(reader: ObjectReader, problems: Problems): World["speed"] {
  const found = reader.raw("speed") ?? 1;
  if (found === "instant" || (typeof found === "number" && found > 0 && found <= 1e6)) return found;
  problems.add("speed", "must be a number above 0, or 'instant'");
  return 1;
}

function readTimings(reader: ObjectReader): World["timings"] {
  const seconds = (key: string, fallback: number) => reader.number(key, { min: 0, max: 86_400, fallback });
  const timings = {
    commissioning: seconds("commissioning", 20),
    testing: seconds("testing", 5),
    deploying: seconds("deploying", 30),
    releasing: seconds("releasing", 5),
    erasing: seconds("erasing", 10),
    entering_rescue: seconds("entering_rescue", 20),
    exiting_rescue: seconds("exiting_rescue", 5),
    powerOff: seconds("power_off", 1),
  };
  reader.end();
  return timings;
}

function readImage(reader: ObjectReader): WorldImage {
  const name = reader.text("name", { pattern: /^[\w.-]+(\/[\w.-]+)?$/, form: "a name such as 'ubuntu/noble'" });
  const kernels = reader.textList("kernels", { pattern: /^[\w.-]+$/, form: "a kernel such as 'ga-24.04'" });
  return {
    name,
    architecture: reader.text("architecture", { fallback: "amd64" }),
    kernels: kernels.length > 0 ? kernels : ["ga-24.04"],
    title: reader.text("title", { fallback: name }),
  };
}

function readFabric(reader: ObjectReader, problems: Problems): WorldFabric {
  const name = reader.optionalText("name");
  const vlans = reader.list("vlans", (vlan) => readVlan(vlan, problems));
  vlans.forEach((vlan, index) => {
    if (vlans.findIndex(({ vid }) => vid === vlan.vid) < index) {
      problems.add(`${reader.path}.vlans[${index}].vid`, `${vlan.vid} appears twice in this fabric`);
    }
  });
  return { ...(name === undefined ? {} : { name }), vlans };
}

function readVlan(reader: ObjectReader, problems: Problems): WorldVlan {
  const name = reader.optionalText("name");
  const space = reader.optionalText("space");
  return {
    vid: reader.number("vid", { min: 0, max: 4094 }),
    ...(name === undefined ? {} : { name }),
    mtu: reader.number("mtu", { min: 552, max: 65_535, fallback: 1500 }),
    dhcpOn: reader.boolean("dhcp_on", false),
    ...(space === undefined ? {} : { space }),
    subnets: reader.list("subnets", (subnet) => readSubnet(subnet, problems)),
  };
}

function readSubnet(reader: ObjectReader, problems: Problems): WorldSubnet {
  const cidr = reader.text("cidr");
  const block = parseBlock(cidr);
  if (cidr !== "" && block === undefined) problems.add(`${reader.path}.cidr`, `'${cidr}' is not a network`);
  const inside = (ip: string, path: string) => {
    const address = parseAddress(ip);
    if (address !== undefined && (block === undefined || contains(block, address))) return;
    problems.add(path, `'${ip}' is not an address of ${cidr}`);
  };
  const gatewayIp = reader.optionalText("gateway_ip");
  if (gatewayIp) inside(gatewayIp, `${reader.path}.gateway_ip`);
  return {
    cidr,
    name: reader.text("name", { fallback: cidr }),
    ...(gatewayIp === undefined ? {} : { gatewayIp }),
    dnsServers: reader.textList("dns_servers"),
    ranges: reader.list("ranges", (range) => {
      const startIp = range.text("start_ip");
      const endIp = range.text("end_ip");
      inside(startIp, `${range.path}.start_ip`);
      inside(endIp, `${range.path}.end_ip`);
      return { type: range.choice("type", ["dynamic", "reserved"], "dynamic"), startIp, endIp };
    }),
  };
}

function checkUnique(machines: readonly WorldMachine[], problems: Problems): void {
  const seen = new Map<string, string>();
  const once = (key: string, path: string, shown: string) => {
    const before = seen.get(key);
    if (before === undefined) seen.set(key, path);
    else problems.add(path, `'${shown}' is already used at ${before}`);
  };
  machines.forEach((machine, m) => {
    once(`host ${machine.hostname}`, `machines[${m}].hostname`, machine.hostname);
    machine.nics.forEach((nic, n) => {
      const path = `machines[${m}].nics[${n}]`;
      once(`mac ${nic.mac}`, `${path}.mac`, nic.mac);
      once(`pci ${m} ${nic.pciAddress}`, `${path}.pci_address`, nic.pciAddress);
      once(`nic ${m} ${nic.name}`, `${path}.name`, nic.name);
    });
    machine.disks.forEach((disk, d) => {
      once(`disk ${m} ${disk.name}`, `machines[${m}].disks[${d}].name`, disk.name);
      once(`scsi ${m} ${disk.scsiAddress}`, `machines[${m}].disks[${d}].scsi_address`, disk.scsiAddress);
    });
  });
}
