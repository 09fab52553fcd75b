import type { Machine } from "../machine.ts";
import { defaultDomain } from "../names/domain.ts";
import { defaultGateway } from "../network/gateway.ts";
import type { ScriptSet } from "../script.ts";
import { USER } from "../sim.ts";
import type { SimState } from "../state.ts";
import { STATUS, statusName } from "../status.ts";
import { domainView } from "./domain-view.ts";
import { interfaceView } from "./interface-view.ts";
import { API } from "./network-view.ts";
import { blockDeviceView, blockDeviceViews, filesystemView } from "./storage-view.ts";

const RESULT_NAMES = {
  "-1": "Unknown",
  0: "Pending",
  1: "Running",
  2: "Passed",
  3: "Failed",
  5: "Aborted",
  9: "Skipped",
};

/** The one zone of the simulated service. */
export const ZONE = { id: 1, name: "default", description: "", resource_uri: `${API}/zones/default/` } as const;
/** Its one resource pool. */
export const POOL = {
  id: 0,
  name: "default",
  description: "Default pool",
  resource_uri: `${API}/resourcepool/0/`,
} as const;

function overall(set: ScriptSet | undefined): keyof typeof RESULT_NAMES {
  if (set === undefined) return "-1";
  const statuses = set.results.map((result) => result.status);
  for (const status of [3, 5, 1, 0] as const) if (statuses.includes(status)) return status;
  return 2;
}

/** A machine as the API shows it; annotations, power secrets and user data have their own ways. */
export function machineView(state: SimState, machine: Machine) {
  const latest = (type: ScriptSet["type"]) => machine.scriptSets.findLast((set) => set.type === type);
  const commissioning = overall(latest("commissioning"));
  const testing = overall(latest("testing"));
  const boot = machine.bootInterfaceId === null ? undefined : machine.interfaces.get(machine.bootInterfaceId);
  const bootDisk = machine.bootDiskId === null ? undefined : machine.disks.get(machine.bootDiskId);
  const disks = blockDeviceViews(machine);
  const annotations = Object.fromEntries([...machine.annotations].sort());
  const testStatus = (family: string) => ({
    [`${family}_test_status`]: family === "storage" ? Number(testing) : -1,
    [`${family}_test_status_name`]: family === "storage" ? RESULT_NAMES[testing] : RESULT_NAMES["-1"],
  });
  const domain = state.domains.get(machine.domainId) ?? defaultDomain();
  const { systemId } = machine;
  // The real service only names these here; their collections tell of them.
  const stubs = (stacks: ReadonlyMap<number, unknown>) =>
    [...stacks.keys()].map((id) => ({ system_id: systemId, id, __incomplete__: true }));
  return {
    system_id: systemId,
    hostname: machine.hostname,
    fqdn: `${machine.hostname}.${domain.name}`,
    description: machine.description,
    node_type: 0,
    node_type_name: "Machine",
    domain: domainView(state, domain),
    zone: ZONE,
    pool: POOL,
    pod: null,
    parent: null,
    architecture: machine.architecture,
    status: machine.status,
    status_name: statusName(machine.status),
    status_action: "",
    status_message: machine.statusMessage,
    error: "",
    error_description: machine.errorDescription,
    power_state: machine.powerState,
    power_type: machine.powerType,
    owner: machine.owner ?? "",
    owner_data: annotations,
    workload_annotations: annotations,
    tag_names: [...machine.tags].sort(),
    locked: machine.locked,
    netboot: machine.status !== STATUS.DEPLOYED,
    osystem: machine.osystem,
    distro_series: machine.distroSeries,
    hwe_kernel: machine.hweKernel || null,
    min_hwe_kernel: machine.minHweKernel,
    agent_name: machine.agentName,
    cpu_count: machine.cpuCount,
    cpu_speed: machine.cpuSpeed,
    memory: machine.memoryMib,
    swap_size: machine.swapSize,
    storage: disks.physical.reduce((total, disk) => total + disk.size / 1e6, 0),
    hardware_uuid: machine.hardwareUuid || null,
    hardware_info: machine.hardwareInfo,
    bios_boot_method: machine.hardware?.spec.bootMethod === "bios" ? "pxe" : "uefi",
    numanode_set:
      machine.cpuCount === 0
        ? []
        : [
            {
              index: 0,
              memory: machine.memoryMib,
              cores: Array.from({ length: machine.cpuCount }, (_, core) => core),
              hugepages_set: [],
            },
          ],
    interface_set: [...machine.interfaces.values()].map((nic) => interfaceView(state, machine, nic)),
    boot_interface: boot === undefined ? null : interfaceView(state, machine, boot),
    default_gateways: {
      ipv4: defaultGateway(state, machine, 4),
      ipv6: defaultGateway(state, machine, 6),
    },
    blockdevice_set: disks.all,
    physicalblockdevice_set: disks.physical,
    virtualblockdevice_set: disks.virtual,
    boot_disk: bootDisk === undefined ? null : blockDeviceView(machine, bootDisk),
    volume_groups: stubs(machine.volumeGroups),
    raids: stubs(machine.raids),
    bcaches: stubs(machine.bcaches),
    cache_sets: stubs(machine.cacheSets),
    special_filesystems: machine.specialFilesystems.map(filesystemView),
    commissioning_status: Number(commissioning),
    commissioning_status_name: RESULT_NAMES[commissioning],
    testing_status: Number(testing),
    testing_status_name: RESULT_NAMES[testing],
    ...Object.assign({}, ...["cpu", "memory", "storage", "network", "interface", "other"].map(testStatus)),
    current_commissioning_result_id: latest("commissioning")?.id ?? null,
    current_testing_result_id: latest("testing")?.id ?? null,
    current_installation_result_id: latest("installation")?.id ?? null,
    enable_hw_sync: machine.hwSync,
    ephemeral_deploy: machine.ephemeral,
    address_ttl: null,
    virtualmachine_id: null,
    resource_uri: `${API}/machines/${systemId}/`,
  };
}

/** Whether the caller owns a machine. */
export function isOwner(machine: Machine): boolean {
  return machine.owner === USER.username;
}
