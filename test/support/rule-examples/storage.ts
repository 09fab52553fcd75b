import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";
import { bootDrive, disks, grouped, mirrored, partitioned, root, storage } from "./storage-edits.ts";

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
      "a disk of a volume group and of a RAID": [
        disks({ disk: "", a: "", b: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: a, raid: md0}"],
          "- {name: b, volume_group: vg, raid: md0} # <- disk-content",
          "volume_groups: [{name: vg, logical_volumes: [{name: v, size: 5g}]}]",
          "raids: [{name: md0, level: raid-1, filesystem: {mountpoint: /data}}]",
        ),
      ],
      "partitions on a disk of a RAID": [
        disks({ disk: "", a: "", b: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: a, raid: md0}"],
          ...["- name: b", "  raid: md0 # <- disk-content", "  partitions: [{name: c, size: 5g}]"],
          "raids: [{name: md0, level: raid-1, filesystem: {mountpoint: /data}}]",
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
      "a file system on a RAID that is in a volume group": [
        ...mirrored(
          "- {name: md0, level: raid-1, volume_group: vg, filesystem: {mountpoint: /srv}} # <- partition-content",
        ),
      ],
      "a file system on a member of a RAID": [
        disks({ disk: "", a: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`],
          "  - {name: m, size: 5g, raid: md0, filesystem: {mountpoint: /srv}} # <- partition-content",
          ...["- {name: a, raid: md0}", "raids: [{name: md0, level: raid-0, filesystem: {mountpoint: /data}}]"],
        ),
      ],
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
