import type { RuleExamples } from "./rule-examples.ts";

/** Examples of the rules about links, interfaces and devices. */
export const interfaceExamples: Readonly<Record<string, RuleExamples>> = {
  "device-alias": {
    passes: {
      "a device known by its serial number": [["address: 'scsi@2:0.0.0'", "serial: XYZ1"]],
      "one address on two buses": [
        ["address: 'scsi@2:0.0.0'}", "address: 'scsi@2:0.0.0'}\n    - {alias: other, address: 'scsi@2:0.0.1'}"],
      ],
    },
    fails: {
      "an address of another form": [
        ["- {alias: nic1, address: 'pci@0000:18:00.0'}", "- {alias: nic1, address: 'pci@18:00.0'} # <- device-alias"],
      ],
      "nothing to know the device by": [
        ["- {alias: disk, address: 'scsi@2:0.0.0'}", "- {alias: disk} # <- device-alias"],
      ],
      "one address under two names": [
        [
          "- {alias: nic2, address: 'pci@0000:18:00.1'}",
          "- {alias: nic2, address: 'pci@0000:18:00.0'} # <- device-alias (error)",
        ],
      ],
    },
  },
  "hardware-alias": {
    passes: { "an alias": [["device: disk", "device: nic1"]] },
    fails: {
      "a slave nobody knows": [["    - nic2\n", "    - nic3 # <- hardware-alias\n"]],
      "a boot drive nobody knows": [["device: disk", "device: dsk # <- hardware-alias"]],
      "a disk nobody knows": [
        [
          "      root_size: 50g\n",
          "      root_size: 50g\n    physical_devices: {sdb: {volume_group: data}} # <- hardware-alias\n",
        ],
      ],
    },
  },
  "interface-bonding": {
    passes: {
      "several slaves on a bonding link": [["mode: 802.3ad\n    hash: layer3+4\n", "mode: active-backup\n"]],
      "one slave on a link that doesn't bond": [["    slaves:\n    - boot_nic\n", "    slaves: [boot_nic]\n"]],
    },
    fails: {
      "two slaves on a link that doesn't bond": [
        ["    slaves:\n    - boot_nic\n", "    slaves: [boot_nic, nic3] # <- interface-bonding\n"],
        ["    - {alias: nic2,", "    - {alias: nic3, address: 'pci@0000:18:00.2'}\n    - {alias: nic2,"],
      ],
    },
  },
  "interface-network": {
    passes: {
      "a native network that isn't listed": [
        [
          "  allowed_networks: [mgmt, tenant]\n  trunking:\n",
          "  allowed_networks: [tenant]\n  trunking:\n    default_network: mgmt\n",
        ],
      ],
      "a link that lists nothing": [["  allowed_networks: [mgmt, tenant]\n", ""]],
    },
    fails: {
      "a network the link doesn't allow": [
        ["allowed_networks: [mgmt, tenant]", "allowed_networks: [mgmt]"],
        ["    - name: tenant\n", "    - name: tenant # <- interface-network\n"],
      ],
      "another network than the only one": [
        ["    networks:\n    - name: pxe\n", "    networks:\n    - name: oob # <- interface-network\n"],
        ["  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11\n", ""],
        ["  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.12\n", ""],
      ],
    },
  },
  "interface-parts": {
    passes: { "an interface without networks": [["interfaces:\n", "interfaces:\n  - device_name: spare\n"]] },
    fails: {
      "no link": [
        ["  - device_name: bond0\n    network_link: data\n", "  - device_name: bond0 # <- interface-parts\n"],
      ],
      "no device": [
        [
          "  - device_name: bond0\n    network_link: data\n    slaves:\n    - nic1\n    - nic2\n",
          "  - device_name: bond0 # <- interface-parts\n    network_link: data\n",
        ],
      ],
    },
  },
  "interface-trunking": {
    passes: { "two networks on a trunk": [["mode: tagged", "mode: 802.1q"]] },
    fails: {
      "two networks on a link without trunking": [
        ["    mode: tagged\n", "    mode: none\n    default_network: mgmt\n"],
        [
          "    networks:\n    - name: mgmt\n",
          "    networks: # the list is what is wrong\n    - name: mgmt # <- interface-trunking\n",
        ],
      ],
    },
  },
  "link-bonding": {
    passes: {
      "words that mean nothing": [
        ["  bonding: {mode: none}\n", "  bonding: {mode: none, hash: default, mon_rate: default}\n"],
      ],
      "a delay of nothing": [["up_delay: 200", "up_delay: 0"]],
    },
    fails: {
      "an option of a link that doesn't bond": [
        ["  bonding: {mode: none}\n", "  bonding: {mode: none, hash: layer2} # <- link-bonding\n"],
      ],
      "an option of another mode": [
        ["mode: 802.3ad\n    hash: layer3+4\n", "mode: balance-rr\n    hash: layer3+4 # <- link-bonding\n"],
      ],
      "a delay shorter than the interval": [["up_delay: 200", "up_delay: 50 # <- link-bonding"]],
    },
  },
  "link-trunking": {
    passes: { "a trunk without a native network": [["mode: tagged", "mode: 802.1q"]] },
    fails: {
      "a link that doesn't say what it carries": [
        [
          "  trunking:\n    mode: none\n    default_network: pxe\n",
          "  trunking: # what it says is\n    mode: none # <- link-trunking\n",
        ],
      ],
    },
  },
  "network-mtu": {
    passes: { "as large as the link's": [["  vlan_id: '101'\n  mtu: 1500", "  vlan_id: '101'\n  mtu: 9000"]] },
    fails: {
      "larger than the link's": [
        ["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 9001"],
        ["    - name: tenant\n", "    - name: tenant # <- network-mtu\n"],
      ],
    },
  },
  "shared-device": {
    passes: { "a device of its own": [["    - boot_nic\n", "    - disk\n"]] },
    fails: {
      "one shared with the boot interface": [["    - nic2\n", "    - boot_nic # <- shared-device (warning)\n"]],
      "one of two running interfaces": [
        [
          "  storage:\n",
          "  - {device_name: eth1, network_link: boot, slaves: [nic1]} # <- shared-device\n  storage:\n",
        ],
      ],
    },
  },
  "size-expression": {
    passes: {
      "a share": [["root_size: 50g", "root_size: 50%"]],
      "at least that much": [["root_size: 50g", "root_size: '>50gib'"]],
    },
    fails: {
      "no unit": [["root_size: 50g", "root_size: 50 # <- size-expression"]],
      nothing: [["root_size: 50g", "root_size: 0g # <- size-expression"]],
      "more than everything": [["root_size: 50g", "root_size: 101% # <- size-expression"]],
      "a partition": [
        [
          "      root_size: 50g\n",
          "      root_size: 50g\n    partitions: [{name: logs, device: disk, size: big}] # <- size-expression\n",
        ],
      ],
      "a logical volume": [
        [
          "      root_size: 50g\n",
          "      root_size: 50g\n    volume_groups: {data: {logical_volumes: {a: {size: some}}}} # <- size-expression\n",
        ],
      ],
    },
  },
};
