import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

const bootDrive = "    bootdisk:\n      device: disk\n      root_size: 50g\n";
const soundDisk = "    - {alias: disk, address: 'scsi@2:0.0.0'}\n";

/** The worker profile with another storage; lines are indented below `storage:`. */
function storage(...lines: readonly string[]): Edit {
  return [bootDrive, lines.map((line) => `    ${line}\n`).join("")];
}

/** The hardware profile with more disks, of these capacities. */
function disks(sizes: Readonly<Record<string, string>>): Edit {
  const more = Object.entries(sizes).map(([alias, size], index) => {
    const capacity = size === "" ? "" : `, size: ${size}`;
    return `    - {alias: ${alias}, address: 'scsi@2:0.${index}.0'${capacity}}\n`;
  });
  return [soundDisk, more.join("")];
}

const root = "- {name: root, size: 50g, filesystem: {mountpoint: /}}";
const partitioned = (...partitions: readonly string[]): Edit =>
  storage("physical_devices:", "- name: disk", "  partitions:", ...partitions.map((each) => `  ${each}`));
/** Root on the first disk, the second in a group. */
const grouped = (...volumes: readonly string[]): readonly Edit[] => [
  disks({ disk: "", data: "" }),
  storage(
    ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: data, volume_group: vg}"],
    ...["volume_groups:", "- name: vg", "  logical_volumes:", ...volumes.map((each) => `  ${each}`)],
  ),
];

/** Examples of the rules about disks and file systems. */
export const storageExamples: Readonly<Record<string, RuleExamples>> = {
  "bootable-partition": {
    passes: { "one bootable partition": [partitioned(root.replace("size", "bootable: true, size"))] },
    fails: {
      "two on one disk": [
        partitioned(
          root.replace("size", "bootable: true, size"),
          "- {name: other, size: 5g, bootable: true} # <- bootable-partition",
        ),
      ],
      "a physical volume": [
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:"],
          ...["  - name: pv", "    size: 60g", "    volume_group: vg", "    bootable: true # <- bootable-partition"],
          "volume_groups:",
          "- {name: vg, logical_volumes: [{name: root, size: 50g, filesystem: {mountpoint: /}}]}",
        ),
      ],
    },
  },
  "boot-drive-conflict": {
    passes: {
      "a boot drive that only names the disk of root": [
        storage("bootdisk: {device: disk}", "physical_devices:", "- name: disk", "  partitions:", `  ${root}`),
      ],
      "a boot drive beside a disk of data": [
        disks({ disk: "", data: "" }),
        storage(
          "bootdisk: {device: disk}",
          ...["physical_devices:", "- {name: data, partitions: [{name: a, size: 9g, filesystem: {mountpoint: /srv}}]}"],
        ),
      ],
    },
    fails: {
      "another disk than that of root": [
        disks({ disk: "", data: "" }),
        storage(
          ...["bootdisk:", "  device: data # <- boot-drive-conflict"],
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
        ),
      ],
      "another disk than that of root's volume group": [
        disks({ disk: "", data: "" }),
        storage(
          ...["bootdisk:", "  device: disk # <- boot-drive-conflict"],
          ...["physical_devices:", "- {name: data, volume_group: vg}", "volume_groups:", "- name: vg"],
          "  logical_volumes: [{name: root, size: 50g, filesystem: {mountpoint: /}}]",
        ),
      ],
      "a size beside that of the partition": [
        storage(
          ...["bootdisk:", "  device: disk", "  root_size: 40g # <- boot-drive-conflict (warning)"],
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
        ),
      ],
    },
  },
  "disk-content": {
    passes: {
      "the boot drive, listed for its labels": [
        storage("bootdisk: {device: disk}", "physical_devices:", "- {name: disk, labels: {role: root}}"),
      ],
    },
    fails: {
      "partitions on a disk of a volume group": [
        disks({ disk: "", data: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          ...["- name: data", "  volume_group: vg # <- disk-content"],
          "  partitions: [{name: a, size: 5g, filesystem: {mountpoint: /srv}}]",
          "volume_groups: [{name: vg, logical_volumes: [{name: b, size: 5g}]}]",
        ),
      ],
      "a disk with nothing on it": [
        disks({ disk: "", data: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          "- {name: data, labels: {role: data}} # <- disk-content",
        ),
      ],
    },
  },
  "duplicate-disk": {
    passes: {
      "two disks": [
        disks({ disk: "", data: "" }),
        storage(
          "bootdisk: {device: disk}",
          "physical_devices: [{name: data, partitions: [{name: a, size: 5g, filesystem: {mountpoint: /srv}}]}]",
        ),
      ],
    },
    fails: {
      "an alias and its address": [
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          "- name: 'scsi@2:0.0.0' # <- duplicate-disk",
          "  partitions: [{name: a, size: 5g, filesystem: {mountpoint: /srv}}]",
        ),
      ],
    },
  },
  "duplicate-mountpoint": {
    passes: {
      "different mountpoints": [partitioned(root, "- {name: log, size: 5g, filesystem: {mountpoint: /var/log}}")],
      "two swap partitions": [
        partitioned(
          root,
          "- {name: s1, size: 5g, filesystem: {mountpoint: none, fstype: swap}}",
          "- {name: s2, size: 5g, filesystem: {mountpoint: none, fstype: swap}}",
        ),
      ],
    },
    fails: {
      "two partitions": [
        partitioned(
          root,
          "- {name: log, size: 5g, filesystem: {mountpoint: /var/log}}",
          "- {name: logs, size: 5g, filesystem: {mountpoint: /var/log/}} # <- duplicate-mountpoint",
        ),
      ],
      "a partition and a logical volume": [
        ...grouped("- {name: other, size: 30g, filesystem: {mountpoint: /}} # <- duplicate-mountpoint"),
      ],
    },
  },
  "empty-volume-group": {
    passes: { "a group with a volume": grouped("- {name: a, size: 5g, filesystem: {mountpoint: /srv}}") },
    fails: {
      "a group without": [
        disks({ disk: "", data: "" }),
        storage(
          ...["bootdisk: {device: disk}", "physical_devices:", "- {name: data, volume_group: vg}"],
          ...["volume_groups:", "- name: vg # <- empty-volume-group"],
        ),
      ],
    },
  },
  "filesystem-options": {
    passes: {
      "options and a label": [
        partitioned(
          root,
          "- {name: a, size: 5g, filesystem: {mountpoint: /srv, mount_options: 'noatime,nodev', fs_label: sixteen_letters_}}",
        ),
      ],
    },
    fails: {
      "a blank between options": [
        partitioned(
          root,
          "- {name: a, size: 5g, filesystem: {mountpoint: /srv, mount_options: 'noatime, nodev'}} # <- filesystem-options",
        ),
      ],
      "a label that is too long": [
        partitioned(
          root,
          "- {name: a, size: 5g, filesystem: {mountpoint: /srv, fstype: xfs, fs_label: thirteen_long}} # <- filesystem-options",
        ),
      ],
    },
  },
  "filesystem-type": {
    passes: {
      "what the firmware reads": [
        partitioned(root, "- {name: efi, size: 1g, filesystem: {mountpoint: /boot/efi, fstype: vfat}}"),
      ],
    },
    fails: {
      "a slip": [
        partitioned(root, "- {name: a, size: 5g, filesystem: {mountpoint: /srv, fstype: xsf}} # <- filesystem-type"),
      ],
      "an EFI partition the firmware can't read": [
        partitioned(
          root,
          "- {name: efi, size: 1g, filesystem: {mountpoint: /boot/efi, fstype: ext4}} # <- filesystem-type",
        ),
      ],
    },
  },
  "missing-size": {
    passes: {
      "a size the node gives": [
        partitioned("- {name: root, filesystem: {mountpoint: /}}"),
        ...["n1", "n2"].map(
          (node): Edit => [
            `{name: ${node}, region: plant7}\nspec:`,
            `{name: ${node}, region: plant7}\nspec:\n  storage: {physical_devices: [{name: disk, partitions: [{name: root, size: 40g}]}]}`,
          ],
        ),
      ],
    },
    fails: {
      "a partition": [partitioned("- {name: root, filesystem: {mountpoint: /}} # <- missing-size")],
      "a logical volume": grouped("- {name: a, filesystem: {mountpoint: /srv}} # <- missing-size"),
    },
  },
  "mountpoint-path": {
    passes: { "a slash at the end": [partitioned(root, "- {name: a, size: 5g, filesystem: {mountpoint: /srv/}}")] },
    fails: {
      "a relative path": [
        partitioned(root, "- {name: a, size: 5g, filesystem: {mountpoint: srv}} # <- mountpoint-path"),
      ],
      "a path that leads out of itself": [
        partitioned(root, "- {name: a, size: 5g, filesystem: {mountpoint: /srv/../var}} # <- mountpoint-path"),
      ],
      "swap space that is mounted": [
        partitioned(root, "- {name: a, size: 5g, filesystem: {mountpoint: /swap, fstype: swap}} # <- mountpoint-path"),
      ],
    },
  },
  "partition-content": {
    passes: {
      "a partition with neither": [partitioned(root, "- {name: spare, size: 5g}")],
    },
    fails: {
      "a file system in a physical volume": [
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          "  - {name: pv, size: 5g, volume_group: vg, filesystem: {mountpoint: /srv}} # <- partition-content",
          "volume_groups: [{name: vg, logical_volumes: [{name: a, size: 4g}]}]",
        ),
      ],
    },
  },
  "root-filesystem": {
    passes: {
      "a partition of another name": [partitioned("- {name: system, size: 50g, filesystem: {mountpoint: /}}")],
      "a partition that is called root": [partitioned("- {name: root, size: 50g}")],
      "a logical volume": [
        storage(
          ...["physical_devices:", "- {name: disk, volume_group: vg}", "volume_groups:", "- name: vg"],
          "  logical_volumes: [{name: root, size: '80%', filesystem: {mountpoint: /}}]",
        ),
      ],
    },
    fails: {
      "disks without": [
        [
          `  storage:\n${bootDrive}`,
          "  storage:\n    physical_devices: [{name: disk, partitions: [{name: a, size: 50g}]}] # <- root-filesystem\n",
        ],
      ],
      "nothing said of storage, at each node": [
        [`  storage:\n${bootDrive}`, ""],
        ...["n1", "n2"].map(
          (node): Edit => [
            `apiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: ${node},`,
            `apiVersion: 'v1.0' # <- root-filesystem (warning)\nkind: BaremetalNode\nmetadata: {name: ${node},`,
          ],
        ),
      ],
    },
  },
  "root-layout": {
    passes: {
      "root and boot on one disk": [partitioned(root, "- {name: boot, size: 1g, filesystem: {mountpoint: /boot}}")],
    },
    fails: {
      "root's group on two disks": [
        disks({ disk: "", data: "" }),
        storage(
          ...["physical_devices:", "- {name: disk, volume_group: vg}", "- {name: data, volume_group: vg}"],
          ...["volume_groups:", "- name: vg # <- root-layout"],
          "  logical_volumes: [{name: root, size: 50g, filesystem: {mountpoint: /}}]",
        ),
      ],
      "boot on another disk": [
        disks({ disk: "", data: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- name: data", "  partitions:"],
          "  - {name: boot, size: 1g, filesystem: {mountpoint: /boot}} # <- root-layout",
        ),
      ],
    },
  },
  "root-size": {
    passes: {
      "exactly 20 GB, and 1 GB": [
        partitioned(
          "- {name: root, size: 20g, filesystem: {mountpoint: /}}",
          "- {name: boot, size: 1g, filesystem: {mountpoint: /boot}}",
        ),
      ],
      "what is left": [partitioned("- {name: root, size: '>30g', filesystem: {mountpoint: /}}")],
      "a share": [partitioned("- {name: root, size: '50%', filesystem: {mountpoint: /}}")],
      "a small one in a profile, larger in every node": [
        partitioned("- {name: root, size: 10g, filesystem: {mountpoint: /}}"),
        ...["n1", "n2"].map(
          (node): Edit => [
            `{name: ${node}, region: plant7}\nspec:`,
            `{name: ${node}, region: plant7}\nspec:\n  storage: {physical_devices: [{name: disk, partitions: [{name: root, size: 40g}]}]}`,
          ],
        ),
      ],
      "18.63 GiB and more": [partitioned("- {name: root, size: 18.7gi, filesystem: {mountpoint: /}}")],
    },
    fails: {
      "a small root partition": [partitioned("- {name: root, size: 19g, filesystem: {mountpoint: /}} # <- root-size")],
      "a small root volume": [
        storage(
          ...["physical_devices:", "- {name: disk, volume_group: vg}", "volume_groups:", "- name: vg"],
          "  logical_volumes: [{name: root, size: 10gi, filesystem: {mountpoint: /}}] # <- root-size",
        ),
      ],
      "a small boot partition": [
        partitioned(root, "- {name: boot, size: 512m, filesystem: {mountpoint: /boot}} # <- root-size"),
      ],
      "a small boot drive": [storage("bootdisk:", "  device: disk", "  root_size: 5g # <- root-size")],
    },
  },
  "share-total": {
    passes: {
      "all of a disk": [
        partitioned(
          "- {name: root, size: '60%', filesystem: {mountpoint: /}}",
          "- {name: a, size: '40%', filesystem: {mountpoint: /srv}}",
        ),
      ],
      "most of one disk and most of its group": [
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", "  - {name: pv, size: '90%', volume_group: vg}"],
          ...["volume_groups:", "- name: vg", "  logical_volumes:"],
          "  - {name: root, size: '90%', filesystem: {mountpoint: /}}",
        ),
      ],
    },
    fails: {
      "more than a disk": [
        partitioned(
          "- {name: root, size: '60%', filesystem: {mountpoint: /}}",
          "- {name: a, size: '40.1%', filesystem: {mountpoint: /srv}} # <- share-total",
        ),
      ],
      "more than a group": grouped(
        "- {name: a, size: '60%', filesystem: {mountpoint: /srv}}",
        "- {name: b, size: '50%', filesystem: {mountpoint: /opt}} # <- share-total",
      ),
    },
  },
  "size-remainder": {
    passes: {
      "the last one takes the rest": [partitioned(root, "- {name: a, size: '>10g', filesystem: {mountpoint: /srv}}")],
      "boot after a root that takes the rest": [
        partitioned(
          "- {name: root, size: '>30g', filesystem: {mountpoint: /}}",
          "- {name: boot, size: 1g, filesystem: {mountpoint: /boot}}",
        ),
      ],
    },
    fails: {
      "two that take the rest": [
        partitioned(
          "- {name: root, size: '>30g', filesystem: {mountpoint: /}}",
          "- {name: a, size: '>10g', filesystem: {mountpoint: /srv}} # <- size-remainder",
        ),
      ],
      "one that comes too late": grouped(
        "- {name: a, size: '>10g', filesystem: {mountpoint: /srv}}",
        "- {name: b, size: 5g, filesystem: {mountpoint: /opt}} # <- size-remainder",
      ),
    },
  },
  "size-expression": {
    passes: {
      "a share": [["root_size: 50g", "root_size: 50%"]],
      "at least that much": [["root_size: 50g", "root_size: '>50gib'"]],
      "units of both sorts": [
        disks({ disk: "1.92tb" }),
        partitioned(root, "- {name: a, size: 2 GiB}", "- {name: b, size: '> 0.5t'}"),
      ],
    },
    fails: {
      "no unit": [storage("bootdisk:", "  device: disk", "  root_size: 50 # <- size-expression")],
      "a unit nobody knows": [
        partitioned("- {name: root, size: 50gg, filesystem: {mountpoint: /}} # <- size-expression"),
      ],
      nothing: [["root_size: 50g", "root_size: 0g # <- size-expression"]],
      "a partition that names its disk": [
        storage(
          ...["bootdisk: {device: disk}", "partitions: [{name: logs, device: disk, size: big}] # <- size-expression"],
        ),
      ],
      "less than nothing": [partitioned(root, "- {name: a, size: '-5%'} # <- size-expression")],
      "more than all": grouped("- {name: a, size: '120%'} # <- size-expression"),
      "memory that isn't one": [["  device_aliases:\n", "  memory: lots # <- size-expression\n  device_aliases:\n"]],
      "a share of hardware": [["'scsi@2:0.0.0'}\n", "'scsi@2:0.0.0', size: '50%'} # <- size-expression\n"]],
    },
  },
  "storage-capacity": {
    passes: {
      "exactly the disk": [
        disks({ disk: "100g" }),
        partitioned(root, "- {name: a, size: '50%', filesystem: {mountpoint: /srv}}"),
      ],
      "a disk of unknown size": [partitioned("- {name: root, size: 999t, filesystem: {mountpoint: /}}")],
      "a group of a disk and a partition": [
        disks({ disk: "100g", data: "50g" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          ...["  - {name: pv, size: '>10g', volume_group: vg}", "- {name: data, volume_group: vg}"],
          ...["volume_groups:", "- {name: vg, logical_volumes: [{name: a, size: 99g}]}"],
        ),
      ],
    },
    fails: {
      partitions: [
        disks({ disk: "100g" }),
        partitioned(root, "- {name: a, size: 50001m, filesystem: {mountpoint: /srv}} # <- storage-capacity"),
      ],
      "binary sizes on a decimal disk": [
        disks({ disk: "100g" }),
        partitioned("- {name: root, size: 100gi, filesystem: {mountpoint: /}} # <- storage-capacity"),
      ],
      "a rest smaller than wanted": [
        disks({ disk: "1000g" }),
        partitioned(
          "- {name: root, size: '10%', filesystem: {mountpoint: /}}",
          "- {name: a, size: '>950g', filesystem: {mountpoint: /srv}} # <- storage-capacity",
        ),
      ],
      "logical volumes": [
        disks({ disk: "100g", data: "50g" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          ...["  - {name: pv, size: 10g, volume_group: vg}", "- {name: data, volume_group: vg}"],
          ...["volume_groups:", "- {name: vg, logical_volumes: [{name: a, size: 61g}]} # <- storage-capacity"],
        ),
      ],
      "a boot drive": [
        disks({ disk: "100g" }),
        storage("bootdisk:", "  device: disk", "  boot_size: 2g", "  root_size: 99g # <- storage-capacity"),
      ],
      "a partition beside the boot drive's layout": [
        disks({ disk: "100g" }),
        storage(
          ...["bootdisk: {device: disk, root_size: 60g}", "physical_devices:"],
          "- {name: disk, partitions: [{name: a, size: 41g}]} # <- storage-capacity",
        ),
      ],
    },
  },
  "storage-uuid": {
    passes: {
      "UUIDs of every form": [
        ...grouped(
          "- {name: a, size: 5g, lv_uuid: Cr2uX0-PAb5-5nCx-kNl1-AzbU-1Lbs-yDSw1a, filesystem: {mountpoint: /srv, fs_uuid: 6f1f0ae2-3d0c-4a0f-9a3b-0d6d7c8d9e0f}}",
        ),
      ],
    },
    fails: {
      "a word": [
        partitioned("- {name: root, size: 50g, part_uuid: one, filesystem: {mountpoint: /}} # <- storage-uuid"),
      ],
      "one twice": [
        partitioned(
          "- {name: root, size: 50g, part_uuid: 6f1f0ae2-3d0c-4a0f-9a3b-0d6d7c8d9e0f, filesystem: {mountpoint: /}}",
          "- {name: a, size: 5g, part_uuid: 6F1F0AE2-3d0c-4a0f-9a3b-0d6d7c8d9e0f} # <- storage-uuid",
        ),
      ],
    },
  },
  "unknown-volume-group": {
    passes: { "a group that is there": grouped("- {name: a, size: 5g, filesystem: {mountpoint: /srv}}") },
    fails: {
      "a slip, which is no second mistake of the group": [
        disks({ disk: "", data: "" }),
        storage(
          ...[
            "bootdisk: {device: disk}",
            "physical_devices:",
            "- {name: data, volume_group: log-vg} # <- unknown-volume-group",
          ],
          "volume_groups: [{name: log_vg, logical_volumes: [{name: a, size: 5g}]}]",
        ),
      ],
    },
  },
  "volume-name": {
    passes: { "letters of every sort": grouped("- {name: a+b_c.d-e, size: 5g, filesystem: {mountpoint: /srv}}") },
    fails: {
      "a blank": grouped("- {name: my data, size: 5g, filesystem: {mountpoint: /srv}} # <- volume-name"),
      "a name that LVM keeps": grouped(
        "- {name: snapshot1, size: 5g, filesystem: {mountpoint: /srv}} # <- volume-name",
      ),
      "a group with a hyphen in front": [
        disks({ disk: "", data: "" }),
        storage(
          ...["bootdisk: {device: disk}", "physical_devices: [{name: data, volume_group: '-vg'}]", "volume_groups:"],
          "- {name: '-vg', logical_volumes: [{name: a, size: 5g}]} # <- volume-name",
        ),
      ],
    },
  },
  "volume-group-disk": {
    passes: {
      "a partition in the group": [
        storage(
          ...[
            "physical_devices:",
            "- name: disk",
            "  partitions:",
            `  ${root}`,
            "  - {name: pv, size: 9g, volume_group: vg}",
          ],
          "volume_groups: [{name: vg, logical_volumes: [{name: a, size: 5g}]}]",
        ),
      ],
    },
    fails: {
      "a group of another node's disk": [
        disks({ disk: "", data: "" }),
        storage(
          "bootdisk: {device: disk}",
          "volume_groups:",
          "- name: vg # <- volume-group-disk",
          "  logical_volumes: [{name: a, size: 5g}]",
        ),
        [
          "{name: n1, region: plant7}\nspec:",
          "{name: n1, region: plant7}\nspec:\n  storage: {physical_devices: [{name: data, volume_group: vg}]}",
        ],
      ],
    },
  },
};
