import type { RuleExamples } from "./rule-examples.ts";

const bridges = (...members: readonly string[]) =>
  `    bridges:\n${members.map((member) => `    - ${member}\n`).join("")}`;

/** Examples of the rules about links, interfaces and devices. */
export const interfaceExamples: Readonly<Record<string, RuleExamples>> = {
  "alias-use": {
    passes: {
      "a disk on the PCI bus": [
        ["device: disk", "device: nvme"],
        ["    scsi:\n", "    - {alias: nvme, address: 'pci@0000:5e:00.0'}\n    scsi:\n"],
      ],
    },
    fails: {
      "a card that is the boot drive, too": [
        ["device: disk", "device: nic1"],
        ["    - nic1\n", "    - nic1 # <- alias-use\n"],
      ],
      "a disk in a bond": [
        ["device: disk", "device: disk2"],
        ["    scsi:\n", "    scsi:\n    - {alias: disk2, address: 'scsi@2:0.1.0'}\n"],
        ["    - nic2\n", "    - disk # <- alias-use\n"],
      ],
      "a card with a root file system": [
        ["- {alias: disk, address: 'scsi@2:0.0.0'}", "- {alias: disk, mac: '52:54:00:07:00:0d'}"],
        ["device: disk", "device: disk # <- alias-use"],
      ],
    },
  },
  "device-alias": {
    passes: {
      "a pattern for addresses": [["address: 'pci@0000:18:00.0'", "address: 'regexp:0000:18:00\\.[0-3]'"]],
      "a pattern that escapes colons": [
        ["address: 'pci@0000:18:00.0'", "address: 'regexp:0000\\:(18|19)\\:00\\.[0-3]'"],
      ],
      "a pattern in the spelling of earlier forms": [
        ["address: 'pci@0000:18:00.0'", "address: 'regex:0000:18:00\\.[0-3]'"],
      ],
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
      "one serial number under two names": [
        [
          "- {alias: disk, address: 'scsi@2:0.0.0'}",
          "- {alias: disk, serial: A1}\n    - {alias: disk2, serial: a1} # <- device-alias (error)",
        ],
      ],
      "a pattern nobody can read": [
        [
          "- {alias: nic1, address: 'pci@0000:18:00.0'}",
          "- {alias: nic1, address: 'regexp:0000:(18'} # <- device-alias (error)",
        ],
      ],
      "a MAC address that is none": [
        ["- {alias: nic1, address: 'pci@0000:18:00.0'}", "- {alias: nic1, mac: 52:54:00} # <- device-alias (error)"],
      ],
      "a disk smaller than its least size": [
        ["'scsi@2:0.0.0'}", "'scsi@2:0.0.0', size: 480g, min_size: 1t} # <- device-alias (error)"],
      ],
    },
  },
  "hardware-alias": {
    passes: {
      "another alias": [
        ["device: disk", "device: nvme"],
        ["    scsi:\n", "    - {alias: nvme, address: 'pci@0000:5e:00.0'}\n    scsi:\n"],
      ],
    },
    fails: {
      "a slave nobody knows": [["    - nic2\n", "    - nic3 # <- hardware-alias\n"]],
      "a boot drive nobody knows": [["device: disk", "device: dsk # <- hardware-alias"]],
      "a disk nobody knows": [
        [
          "      root_size: 50g\n",
          "      root_size: 50g\n    physical_devices: {sdb: {partitions: [{name: a, size: 5g}]}} # <- hardware-alias\n",
        ],
      ],
    },
  },
  "interface-bridges": {
    passes: {
      "a bridge over each network": [
        [
          "    - name: tenant\n",
          `    - name: tenant\n${bridges("{name: br0, network: mgmt}", "{name: br1, network: tenant}")}`,
        ],
      ],
    },
    fails: {
      "a network the interface doesn't carry": [
        ["    - name: tenant\n", `    - name: tenant\n${bridges("{name: br0, network: pxe} # <- interface-bridges")}`],
      ],
      "no network": [["    - name: tenant\n", `    - name: tenant\n${bridges("{name: br0} # <- interface-bridges")}`]],
      "the name of an interface": [
        [
          "    - name: tenant\n",
          `    - name: tenant\n${bridges("{name: bond0, network: mgmt} # <- interface-bridges")}`,
        ],
      ],
      "two over one network": [
        [
          "    - name: tenant\n",
          `    - name: tenant\n${bridges("{name: br0, network: mgmt}", "{name: br1, network: mgmt} # <- interface-bridges")}`,
        ],
      ],
    },
  },
  "interface-bonding": {
    passes: {
      "several slaves on a bonding link": [["mode: 802.3ad\n    hash: layer3+4\n", "mode: active-backup\n"]],
      "one of the bond's slaves taken away": [["    - nic2\n", "    - nic2\n    sriov: {vf_count: 2}\n"]],
      "one slave on a link that doesn't bond": [["    slaves:\n    - boot_nic\n", "    slaves: [boot_nic]\n"]],
    },
    fails: {
      "two slaves on a link that doesn't bond": [
        ["    slaves:\n    - boot_nic\n", "    slaves: [boot_nic, nic3] # <- interface-bonding\n"],
        ["    - {alias: nic2,", "    - {alias: nic3, address: 'pci@0000:18:00.2'}\n    - {alias: nic2,"],
      ],
    },
  },
  "boot-network": {
    passes: {
      "the native network of a trunk": [
        ["    mode: none\n    default_network: pxe\n", "    mode: tagged\n    default_network: pxe\n"],
      ],
    },
    fails: {
      "a tagged network": [
        ["    mode: none\n    default_network: pxe\n", "    mode: tagged\n"],
        ["  allocation: dhcp\n", "  allocation: dhcp\n  vlan_id: '99'\n"],
        ["    networks:\n    - name: pxe\n", "    networks:\n    - name: pxe # <- boot-network\n"],
      ],
    },
  },
  "interface-name": {
    passes: {
      "a name that is just short enough": [["- device_name: bond0\n", "- device_name: storagenet0\n"]],
    },
    fails: {
      "too long with a VLAN id": [
        [
          "  - device_name: bond0\n    network_link: data\n",
          "  - device_name: storagenetw0 # <- interface-name\n    network_link: data\n",
        ],
      ],
      "a blank": [
        [
          "  - device_name: bond0\n    network_link: data\n",
          "  - device_name: bond 0 # <- interface-name\n    network_link: data\n",
        ],
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
        ["  allowed_networks: [mgmt, tenant]\n", ""],
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
      "options of a bond, and a mode of none": [
        ["mode: 802.3ad\n    hash: layer3+4\n", "mode: none\n    hash: layer3+4 # <- link-bonding\n"],
      ],
      "notices of a bond in which no port takes over": [
        ["    hash: layer3+4\n", "    hash: layer3+4\n    num_grat_arp: 5 # <- link-bonding\n"],
      ],
      "no monitoring": [["mon_rate: 100", "mon_rate: 0 # <- link-bonding (warning)"]],
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
      "a link that allows one network and doesn't say that it is native": [
        [
          "  trunking:\n    mode: none\n    default_network: pxe\n",
          "  allowed_networks: [pxe]\n  trunking:\n    mode: none # <- link-trunking\n",
        ],
      ],
      "a link for two networks": [["    mode: tagged\n", "    mode: none # <- link-trunking\n"]],
      "a link for another network than its native one": [
        [
          "  trunking:\n    mode: none\n    default_network: pxe\n",
          "  allowed_networks: [oob]\n  trunking:\n    mode: none # <- link-trunking\n    default_network: pxe\n",
        ],
      ],
    },
  },
  "native-network-vlan": {
    passes: {
      "a port-based VLAN of an earlier form": [["  allocation: dhcp\n", "  allocation: dhcp\n  vlan_id: '99'\n"]],
      "the native network of a trunk": [["    mode: tagged\n", "    mode: tagged\n    default_network: mgmt\n"]],
    },
    fails: {
      "a tag on a link without tags": [
        [
          "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: pxe}\nspec:\n",
          "apiVersion: bedplate/v1\nkind: Network\nmetadata: {name: pxe}\nspec:\n  vlan: 99 # <- native-network-vlan\n",
        ],
      ],
      "a tag in the AIC form's later name": [
        [
          "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: pxe}\nspec:\n",
          "apiVersion: drydock/v1\nkind: Network\nmetadata: {name: pxe}\nspec:\n  vlan: '99' # <- native-network-vlan\n",
        ],
      ],
    },
  },
  "network-carried-once": {
    passes: {
      "the boot interface beside another": [
        [
          "  storage:\n",
          "  - {device_name: eth1, network_link: boot, slaves: [nic3], networks: [{name: pxe}]}\n  storage:\n",
        ],
        ["    - {alias: nic2,", "    - {alias: nic3, address: 'pci@0000:18:00.2'}\n    - {alias: nic2,"],
      ],
    },
    fails: {
      "two interfaces on one network": [
        [
          "  storage:\n",
          "  - {device_name: bond1, network_link: data, slaves: [nic3, nic4], networks: [{name: tenant}]} # <- network-carried-once\n  storage:\n",
        ],
        [
          "    - {alias: nic2,",
          "    - {alias: nic3, address: 'pci@0000:18:00.2'}\n    - {alias: nic4, address: 'pci@0000:18:00.3'}\n    - {alias: nic2,",
        ],
      ],
    },
  },
  "network-mtu": {
    passes: { "as large as the link's": [["  vlan_id: '101'\n  mtu: 1500", "  vlan_id: '101'\n  mtu: 9000"]] },
    fails: {
      "larger than the link's": [["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 9001 # <- network-mtu"]],
      "larger than that of a link that lists nothing": [
        ["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 9001 # <- network-mtu"],
        ["  allowed_networks: [mgmt, tenant]\n", ""],
      ],
      "larger than that of a link whose native network it is": [
        ["  allocation: dhcp\n", "  allocation: dhcp\n  mtu: 9000 # <- network-mtu\n"],
      ],
      "larger than a link's that says nothing": [
        ["  vlan_id: '101'\n  mtu: 1500", "  vlan_id: '101'"],
        ["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 9000 # <- network-mtu"],
        ["  mtu: 9000\n  allowed_networks", "  allowed_networks"],
      ],
    },
  },
  "network-on-links": {
    passes: {
      "a native network of two links": [["    mode: tagged\n", "    mode: tagged\n    default_network: pxe\n"]],
    },
    fails: {
      "a network of two links": [
        [
          "  trunking:\n    mode: tagged\n",
          "  trunking:\n    mode: tagged\n---\napiVersion: 'v1.0'\nkind: NetworkLink\nmetadata: {name: other}\nspec:\n  trunking: {mode: tagged}\n  mtu: 9000\n  allowed_networks: [tenant] # <- network-on-links\n",
        ],
      ],
    },
  },
  "shared-device": {
    passes: {
      "a device of its own": [
        ["    - boot_nic\n", "    - nic3\n"],
        ["    - {alias: nic2,", "    - {alias: nic3, address: 'pci@0000:18:00.2'}\n    - {alias: nic2,"],
      ],
    },
    fails: {
      "one shared with a boot interface of another name": [
        ["device_name: pxe", "device_name: pxe0"],
        ["    - nic2\n", "    - boot_nic # <- shared-device (warning)\n"],
      ],
      "one shared with the boot interface": [["    - nic2\n", "    - boot_nic # <- shared-device (warning)\n"]],
      "one of two running interfaces": [
        [
          "  storage:\n",
          "  - {device_name: eth1, network_link: boot, slaves: [nic1]} # <- shared-device\n  storage:\n",
        ],
      ],
    },
  },
  "small-mtu": {
    passes: { "the least IPv6 takes": [["  vlan_id: '101'\n  mtu: 1500", "  vlan_id: '101'\n  mtu: 1280"]] },
    fails: {
      "a digit too few": [["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 900 # <- small-mtu"]],
      "too little for IPv6": [
        [
          "  vlan_id: '102'\n  mtu: 9000\n  cidr: 10.73.0.0/24",
          "  vlan_id: '102'\n  mtu: 1000 # <- small-mtu (error)\n  cidr: fd00:73::/64",
        ],
      ],
    },
  },
};
