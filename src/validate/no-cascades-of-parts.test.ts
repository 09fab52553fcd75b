import { describe, expect, it } from "vitest";
import { checkDesign, markedFindings } from "../../test/support/marked-design.ts";
import { type Edit, edited, soundDesign } from "../../test/support/sound-design.ts";

const bootDrive = "    bootdisk:\n      device: disk\n      root_size: 50g\n";
const rack = "---\napiVersion: 'v1.0'\nkind: Rack\n";
const disks: Edit = [
  "    - {alias: disk, address: 'scsi@2:0.0.0'}\n",
  "    - {alias: disk, address: 'scsi@2:0.0.0', size: 100g}\n    - {alias: data, address: 'scsi@2:0.1.0'}\n",
];
const stored = `    physical_devices:
    - name: disk
      partitions:
      - name: root
        size: 50g
        filesystem:
          mountpoint: /
    - name: data
      volume_group: vg
    volume_groups:
    - name: vg
      logical_volumes:
      - name: log
        size: 50%
        filesystem:
          mountpoint: /var/log
`;
const action = `---
apiVersion: bedplate/v1
kind: BootAction
metadata: {name: setup}
spec:
  nodes:
    names: [n1, n2]
  assets:
  - type: file
    path: /etc/motd
    data: 'hello {{ node.hostname }}'
    data_pipeline: [template]
  - type: pkg_list
    packages: {curl: ''}
`;

/** A change of the storage or the boot action, which marks every finding there is. */
const slips: Readonly<Record<string, Edit>> = {
  "the name of the disks": ["    physical_devices:\n", "    physical_device: # <- unknown-field\n"],
  "the name of a disk's partitions": ["      partitions:\n", "      partition: # <- unknown-field\n"],
  "the name of a mountpoint": ["          mountpoint: /\n", "          mountpiont: / # <- unknown-field\n"],
  "the name of a file system": [
    "        filesystem:\n          mountpoint: /\n",
    "        filesytem: # <- unknown-field\n          mountpoint: /\n",
  ],
  "the name of a size": ["        size: 50g\n", "        sise: 50g # <- unknown-field\n"],
  "a size that is a list": ["        size: 50g\n", "        size: [50g] # <- wrong-type\n"],
  "the name of a disk's group": ["      volume_group: vg\n", "      volume_grp: vg # <- unknown-field\n"],
  "the name of the groups": ["    volume_groups:\n", "    volume_group: # <- unknown-field\n"],
  "the name of a group's volumes": ["      logical_volumes:\n", "      logical_volume: # <- unknown-field\n"],
  "the name of a group": [
    "      volume_group: vg\n    volume_groups:\n    - name: vg\n",
    "      volume_group: vg # <- unknown-volume-group\n    volume_groups:\n    - name: gv\n",
  ],
  "a size nobody can read, on a disk of known size": [
    "        size: 50g\n",
    "        size: 50q # <- size-expression\n",
  ],
  "the name of the assets": ["  assets:\n", "  asset: # <- unknown-field\n"],
  "the name of an asset's type": ["  - type: file\n", "  - typ: file # <- unknown-field\n"],
  "a type nobody knows": ["  - type: file\n", "  - type: fiel # <- invalid-value\n"],
  "the name of an asset's path": ["    path: /etc/motd\n", "    pth: /etc/motd # <- unknown-field\n"],
  "the name of an asset's data": ["    data: 'hello", "    dta: # <- unknown-field\n      'hello"],
  "the name of the packages": ["    packages: {curl: ''}\n", "    package: {curl: ''} # <- unknown-field\n"],
  "a node nobody has": ["    names: [n1, n2]\n", "    names: [n1, n3] # <- unknown-reference\n"],
};

/** The same design with sizes, pages and tags that others go by, on disks of known size. */
const tagged: readonly Edit[] = [
  [
    "    - {alias: disk, address: 'scsi@2:0.0.0'}\n",
    "    - {alias: disk, address: 'scsi@2:0.0.0', size: 100g}\n    - {alias: data, address: 'scsi@2:0.1.0', size: 100g}\n",
  ],
  [bootDrive, stored],
  [
    "  device_aliases:\n",
    "  memory: 64g\n  hugepages:\n    dpdk:\n      size: 1G\n      count: 16\n  device_aliases:\n",
  ],
  [
    "    image: noble\n",
    "    image: noble\n    kernel_params:\n      hugepagesz: hardwareprofile:hugepages.dpdk.size\n      hugepages: hardwareprofile:hugepages.dpdk.count\n  metadata:\n    tags: [compute]\n",
  ],
  [rack, `${action.replace("    names: [n1, n2]\n", "    tags: [compute]\n")}${rack}`],
];

const slipsOfOthers: Readonly<Record<string, Edit>> = {
  "percentages beyond a group": [
    "        size: 50%\n",
    "        size: 50%\n      - name: more\n        size: 60% # <- share-total\n",
  ],
  "two partitions that take the rest": [
    "        size: 50g\n",
    "        size: '>50g'\n      - name: more\n        size: '>40g' # <- size-remainder\n",
  ],
  "pages beyond the memory, by reference": ["      count: 16\n", "      count: 160 # <- huge-page-profile\n"],
  "a circle of profiles with a tag": [
    "metadata: {name: worker}\nspec:\n",
    "metadata: {name: worker}\nspec:\n  host_profile: worker # <- inheritance-cycle\n",
  ],
  "the name of the tags": [
    "  metadata:\n    tags: [compute]\n",
    "  metadata:\n    tgas: [compute] # <- unknown-field\n",
  ],
};

describe("a slip is reported alone:", () => {
  it.each(Object.entries(slipsOfOthers))("%s", (_, slip) => {
    const whole = edited(soundDesign, tagged);
    expect(checkDesign({ "site.yaml": whole }).found).toEqual([]);
    const files = { "site.yaml": edited(whole, [slip]) };
    const { found } = checkDesign(files);
    expect(found).toEqual(markedFindings(files));
    expect(found).toHaveLength(1);
  });

  it.each(Object.entries(slips))("%s", (_, slip) => {
    const whole = edited(soundDesign, [disks, [bootDrive, stored], [rack, `${action}${rack}`]]);
    expect(checkDesign({ "site.yaml": whole }).found).toEqual([]);
    const files = { "site.yaml": edited(whole, [slip]) };
    const { found } = checkDesign(files);
    expect(found).toEqual(markedFindings(files));
    expect(found).toHaveLength(1);
  });
});
