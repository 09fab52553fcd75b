import type { RuleExamples } from "./rule-examples.ts";
import { disks, mirrored, root, storage } from "./storage-edits.ts";

const pair = "- {name: md0, level: raid-1, volume_group: vg}";

/** Examples of the rules about software RAIDs. */
export const raidExamples: Readonly<Record<string, RuleExamples>> = {
  "raid-members": {
    passes: {
      "two disks of a volume group": mirrored(pair),
      "root on a RAID of two partitions, with a spare": [
        disks({ disk: "", a: "" }),
        storage(
          ...["physical_devices:", "- {name: disk, partitions: [{name: m, size: 60g, raid: md0}]}"],
          "- {name: a, partitions: [{name: m, size: 60g, raid: md0}, {name: s, size: 60g, raid: md0, raid_spare: true}]}",
          "raids: [{name: md0, level: raid-1, filesystem: {mountpoint: /}}]",
        ),
      ],
    },
    fails: {
      "too few for the level": mirrored("- {name: md0, level: raid-5, volume_group: vg} # <- raid-members"),
      "no level": mirrored("- {name: md0, volume_group: vg} # <- raid-members"),
      "nobody's": [
        ...mirrored(pair),
        ["raids:\n", "raids:\n    - {name: md1, level: raid-1, filesystem: {mountpoint: /srv}} # <- raid-members\n"],
      ],
      "a spare of raid-0": [
        ...mirrored("- {name: md0, level: raid-0, volume_group: vg}"),
        ["- {name: a, raid: md0}\n", "- {name: a, raid: md0, raid_spare: true} # <- raid-members\n"],
      ],
      "the name of a volume group": [
        disks({ disk: "", a: "", b: "", c: "" }),
        storage(
          ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: a, raid: vg}"],
          ...["- {name: b, raid: vg}", "- {name: c, volume_group: vg}"],
          "volume_groups: [{name: vg, logical_volumes: [{name: v, size: 5g}]}]",
          "raids: [{name: vg, level: raid-1, filesystem: {mountpoint: /srv}}] # <- raid-members",
        ),
      ],
    },
  },
  "unknown-raid": {
    passes: { "a RAID that is there": mirrored(pair) },
    fails: {
      "a slip, which is no second mistake of the RAID": [
        ...mirrored(pair),
        ["- {name: a, raid: md0}\n", "- {name: a, raid: dm0} # <- unknown-raid\n"],
        ["- {name: b, raid: md0}\n", "- {name: b, raid: dm0} # <- unknown-raid\n"],
      ],
    },
  },
};
