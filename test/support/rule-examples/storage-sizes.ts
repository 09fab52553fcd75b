import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";
import { disks, grouped, partitioned, root, storage } from "./storage-edits.ts";

/** Examples of the rules about sizes of partitions and volumes. */
export const sizeExamples: Readonly<Record<string, RuleExamples>> = {
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
};
