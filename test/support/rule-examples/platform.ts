import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

/** The hardware profile with more fields; lines are indented below its spec. */
function hardware(...lines: readonly string[]): Edit {
  return ["  device_aliases:\n", `${lines.map((line) => `  ${line}\n`).join("")}  device_aliases:\n`];
}

/** The worker profile with kernel parameters, a line for each. */
function kernel(...lines: readonly string[]): Edit {
  return [
    "    image: noble\n",
    `    image: noble\n    kernel_params:\n${lines.map((line) => `      ${line}\n`).join("")}`,
  ];
}

const pages = (...lines: readonly string[]) => hardware("hugepages:", ...lines);

/** Examples of the rules about hardware profiles and kernel parameters. */
export const platformExamples: Readonly<Record<string, RuleExamples>> = {
  "as-built-waiver": {
    passes: {
      "a field of the profile": [
        hardware(
          "bios_version: '2.1'",
          'as_built: {mismatch: stop, waivers: [{field: bios_version, reason: "new in June"}]}',
        ),
      ],
      "a driver": [
        hardware(
          ...["hardware_drivers:", "- {name: ixgbe, package: a, pci_ids: ['8086:1563']}", "as_built:", "  waivers:"],
          `  - {field: 'hardware_drivers["ixgbe"]', reason: "not on all of them"}`,
        ),
      ],
    },
    fails: {
      "no reason": [
        hardware(
          "bios_version: '2.1'",
          "as_built:",
          "  waivers:",
          "  - field: bios_version # <- as-built-waiver (error)",
        ),
      ],
      "no path": [
        hardware("as_built:", "  waivers:", "  - {field: 'bios version', reason: x} # <- as-built-waiver (error)"),
      ],
      "a field the profile doesn't have": [
        hardware("as_built:", "  waivers:", "  - {field: cpu_model, reason: x} # <- as-built-waiver (warning)"),
      ],
      "an alias nobody knows": [
        hardware(
          ...["as_built:", "  waivers:"],
          `  - {field: 'device_aliases["spare"].dev_type', reason: x} # <- as-built-waiver (warning)`,
        ),
      ],
      "a field that isn't compared": [
        hardware("as_built:", "  waivers:", "  - {field: generation, reason: x} # <- as-built-waiver (warning)"),
      ],
    },
  },
  "cpu-set": {
    passes: {
      "lists and ranges": [
        hardware("cpu_count: 40", "cpu_sets: {all: '0-39', some: '0,4-7,9', every: '0-39:1/2', last: 3-N}"),
      ],
      "a parameter with flags": [
        hardware("cpu_count: 40"),
        kernel("isolcpus: 'domain,managed_irq,4-39'", "rcu_nocbs: all"),
      ],
      "a mask, as virtual switches take it": [hardware("cpu_sets: {pmd-cpu-mask: '0xF0000000000F'}")],
      "a count nobody knows": [hardware("cpu_sets: {big: '0-4000'}")],
    },
    fails: {
      "a range that runs backwards": [hardware("cpu_sets:", "  some: 39-4 # <- cpu-set")],
      "no list": [hardware("cpu_sets:", "  some: most # <- cpu-set")],
      "a comma too many": [hardware("cpu_sets:", "  some: '1,2,' # <- cpu-set")],
      "a CPU beyond the last": [hardware("cpu_count: 40", "cpu_sets:", "  some: 4-40 # <- cpu-set")],
      "a CPU twice": [hardware("cpu_sets:", "  some: 1-4,4-8 # <- cpu-set (warning)")],
      "a parameter beyond the last": [hardware("cpu_count: 40"), kernel("isolcpus: 4-63 # <- cpu-set")],
      "a set that is told where it stands, once": [
        hardware("cpu_count: 40", "cpu_sets:", "  some: 4-63 # <- cpu-set"),
        kernel("isolcpus: hardwareprofile:cpuset.some"),
      ],
    },
  },
  "hardware-driver": {
    passes: {
      "a package and its hardware": [
        hardware("hardware_drivers:", "- {name: ixgbe, package: ixgbe-dkms, pci_ids: ['8086:1563']}"),
      ],
      "a repository, its key, and modaliases": [
        hardware(
          "hardware_drivers:",
          "- {name: hpvsa, package: hpvsa, repository: 'http://ppa.example', key: bUkwRVVY, modaliases: ['pci:v00001590d*']}",
        ),
      ],
    },
    fails: {
      "no package": [hardware("hardware_drivers:", "- {name: ixgbe, pci_ids: ['8086:1563']} # <- hardware-driver")],
      "no hardware": [hardware("hardware_drivers:", "- {name: ixgbe, package: ixgbe-dkms} # <- hardware-driver")],
      "a repository without its key": [
        hardware(
          "hardware_drivers:",
          "- {name: ixgbe, package: a, repository: 'http://a.example', pci_ids: ['8086:1563']} # <- hardware-driver",
        ),
      ],
      "a key that is no base64": [
        hardware(
          "hardware_drivers:",
          "- {name: ixgbe, package: a, pci_ids: ['8086:1563'], key: mQINBF} # <- hardware-driver (error)",
        ),
      ],
      "no name of a module": [
        hardware(
          "hardware_drivers:",
          "- {name: ixgbe.ko, package: a, pci_ids: ['8086:1563']} # <- hardware-driver (error)",
        ),
      ],
      "hardware of another driver": [
        hardware(
          ...["hardware_drivers:", "- {name: ixgbe, package: a, pci_ids: ['8086:1563']}"],
          "- {name: ixgben, package: b, pci_ids: ['8086:1563']} # <- hardware-driver (error)",
        ),
      ],
    },
  },
  "huge-page-parameters": {
    passes: {
      both: [kernel("hugepagesz: 1G", "hugepages: '16'")],
      "the kernel's default size": [kernel("default_hugepagesz: 2M", "hugepages: 512")],
      "both of the hardware profile": [
        pages("- {name: dpdk, size: 1G, count: 16}"),
        kernel("hugepagesz: hardwareprofile:hugepages.dpdk.size", "hugepages: hardwareprofile:hugepages.dpdk.count"),
      ],
    },
    fails: {
      "a number without a size": [kernel("hugepages: '16' # <- huge-page-parameters")],
      "a size without a number": [kernel("hugepagesz: 1G # <- huge-page-parameters")],
      "a size nobody can read": [kernel("hugepages: '16'", "hugepagesz: 1Gb # <- huge-page-parameters")],
      "a number that is none": [kernel("hugepages: some # <- huge-page-parameters", "hugepagesz: 1G")],
      "more than the memory": [
        hardware("memory: 64gi"),
        kernel("hugepages: '64' # <- huge-page-parameters", "hugepagesz: 1G"),
      ],
    },
  },
  "huge-page-profile": {
    passes: {
      "sizes of the architecture": [
        hardware(
          "memory: 256gi",
          "hugepages:",
          "- {name: small, size: 2M, count: 50000}",
          "- {name: big, size: 1G, count: 200}",
        ),
      ],
    },
    fails: {
      "no count": [pages("- {name: dpdk, size: 1G} # <- huge-page-profile")],
      "no size": [pages("- {name: dpdk, count: 16} # <- huge-page-profile")],
      "a size nobody can read": [pages("- {name: dpdk, size: 1 GiB, count: 16} # <- huge-page-profile")],
      "a size of another architecture": [
        pages("- {name: dpdk, size: 32M, count: 16} # <- huge-page-profile (warning)"),
      ],
      "more than the memory": [
        hardware("memory: 256gi", "hugepages:", "- {name: dpdk, size: 1G, count: 256} # <- huge-page-profile"),
      ],
    },
  },
  "kernel-parameter": {
    passes: {
      "flags, values and quotes": [kernel("quiet: true", "console: 'ttyS0,115200n8'", "dyndbg: '\"file a.c +p\"'")],
    },
    fails: {
      "a key with its value": [kernel("'console=ttyS0': true # <- kernel-parameter")],
      "two lines": [kernel('console: "ttyS0\\ntty0" # <- kernel-parameter')],
      "a quote that isn't closed": [kernel("dyndbg: '\"file a.c +p' # <- kernel-parameter")],
      "two parameters in one": [kernel("console: ttyS0 console=tty0 # <- kernel-parameter (warning)")],
    },
  },
  "kernel-parameter-reference": {
    passes: {
      "a set and huge pages the profile has": [
        hardware("cpu_sets: {sriov: '2,4'}", "hugepages: [{name: sriov, size: 1G, count: 3}]"),
        kernel(
          ...["isolcpus: hardwareprofile:cpuset.sriov", "hugepages: hardwareprofile:hugepages.sriov.count"],
          "hugepagesz: hardwareprofile:hugepages.sriov.size",
        ),
      ],
    },
    fails: {
      "a set nobody has": [
        hardware("cpu_sets: {sriov: '2,4'}"),
        kernel("isolcpus: hardwareprofile:cpuset.srvio # <- kernel-parameter-reference"),
      ],
      "huge pages nobody has": [
        kernel(
          ...["hugepagesz: 1G", "hugepages: hardwareprofile:hugepages.dpdk.count # <- kernel-parameter-reference"],
        ),
      ],
      "something else of a hardware profile": [
        kernel("isolcpus: hardwareprofile:vendor # <- kernel-parameter-reference"),
      ],
      "a part huge pages don't have": [
        pages("- {name: dpdk, size: 1G, count: 3}"),
        kernel("hugepagesz: 1G", "hugepages: hardwareprofile:hugepages.dpdk.number # <- kernel-parameter-reference"),
      ],
    },
  },
};
