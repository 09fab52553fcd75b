import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

const literalsAllowed = `---
apiVersion: bedplate/v1
kind: Layer
metadata: {name: main}
spec: {rank: 100, allow_secret_literals: true}
`;

/** Examples of the rules about nodes, and what they and their profiles say. */
export const hostExamples: Readonly<Record<string, RuleExamples>> = {
  "address-carried": {
    passes: {
      "an address on the out-of-band network": [["address: 10.70.0.11", "address: 10.70.0.13"]],
      "an address on a network the node adds to an interface": [
        ["networks:\n    - name: mgmt\n    - name: tenant", "networks:\n    - name: tenant"],
        [
          "metadata: {name: n1, region: plant7}\nspec:",
          "metadata: {name: n1, region: plant7}\nspec:\n  interfaces: [{device_name: bond0, networks: [mgmt]}]",
        ],
        ["  - network: mgmt\n    address: 10.72.0.12\n", ""],
      ],
    },
    fails: {
      "a network that was taken from the interface": [
        [
          "metadata: {name: n1, region: plant7}\nspec:",
          "metadata: {name: n1, region: plant7}\nspec:\n  interfaces: [{device_name: bond0, networks: ['!mgmt']}]",
        ],
        ["- network: mgmt\n    address: 10.72.0.11", "- network: mgmt # <- address-carried\n    address: 10.72.0.11"],
      ],
    },
  },
  "address-in-network": {
    passes: {
      "the last address of a range": [["address: 10.72.0.11", "address: 10.72.0.250"]],
      "the first address of a /31": [
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/31"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 10.73.0.0}"],
      ],
    },
    fails: {
      "an address of another network": [["address: 10.72.0.11", "address: 10.73.0.11 # <- address-in-network"]],
      "the network address": [["address: 10.72.0.11", "address: 10.72.0.0 # <- address-in-network"]],
      "the broadcast address": [["address: 10.72.0.11", "address: 10.72.0.255 # <- address-in-network"]],
      "the gateway": [["address: 10.72.0.11", "address: 10.72.0.1 # <- address-in-network"]],
      "an address a DHCP server hands out": [
        [
          "- network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11",
          "- network: pxe\n    address: 10.71.0.100 # <- address-in-network",
        ],
      ],
      "a reserved address": [
        [
          "- network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11",
          "- network: pxe\n    address: 10.71.0.9 # <- address-in-network",
        ],
      ],
      "an address outside of every static range": [
        ["address: 10.72.0.11", "address: 10.72.0.251 # <- address-in-network (warning)"],
      ],
      "an address of the relay": [
        ["allocation: dhcp\n", "allocation: dhcp\n  dhcp_relay: {self_ip: 10.71.0.20, upstream_target: 10.72.0.9}\n"],
        [
          "- network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11",
          "- network: pxe\n    address: 10.71.0.20 # <- address-in-network",
        ],
      ],
      "an IPv6 address on an IPv4 network": [["address: 10.72.0.11", "address: 'fd00:72::11' # <- address-in-network"]],
      "the address of any router": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/64"],
        [
          "address: 10.72.0.11",
          "address: 10.72.0.11\n  - {network: tenant, address: 'fd00:73::'} # <- address-in-network",
        ],
      ],
    },
  },
  "duplicate-address": {
    passes: { "another address": [["address: 10.72.0.12", "address: 10.72.0.13"]] },
    fails: {
      "an address of two nodes": [["address: 10.72.0.12", "address: 10.72.0.11 # <- duplicate-address"]],
      "an out-of-band address of two nodes": [["address: 10.70.0.12", "address: 10.70.0.11 # <- duplicate-address"]],
      "an address of a switch": [["address: 10.70.0.12", "address: 10.70.0.2 # <- duplicate-address"]],
      "one IPv6 address, spelt differently": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00::/64"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 'fd00::1'}"],
        [
          "address: 10.72.0.12",
          "address: 10.72.0.12\n  - {network: tenant, address: 'fd00:0:0:0::0001'} # <- duplicate-address",
        ],
      ],
    },
  },
  "duplicate-mac": {
    passes: { "another MAC": [["boot_mac: 52:54:00:07:00:0c", "boot_mac: 52-54-00-07-00-0d"]] },
    fails: {
      "one MAC in two notations": [["boot_mac: 52:54:00:07:00:0c", "boot_mac: 5254.0007.000B # <- duplicate-mac"]],
      "one MAC with hyphens": [["boot_mac: 52:54:00:07:00:0c", "boot_mac: 52-54-00-07-00-0B # <- duplicate-mac"]],
      "one MAC with nothing": [["boot_mac: 52:54:00:07:00:0c", "boot_mac: '52540007000b' # <- duplicate-mac"]],
    },
  },
  "host-name": {
    passes: { "a name with its domain": [["{name: n1, ", "{name: n1.mgmt.plant7.example, "]] },
    fails: {
      "an underscore": [["{name: n1, region: plant7}", "{name: n_1, region: plant7} # <- host-name"]],
      "a name too long with its domain": [
        ["domain: mgmt.plant7.example", `domain: ${"abcdefghi.".repeat(25)}a`],
        ["{name: n1, region: plant7}", "{name: n1, region: plant7} # <- host-name"],
        ["{name: n2, region: plant7}", "{name: n2, region: plant7} # <- host-name"],
      ],
      "a full name that is none": [
        [
          "{name: n1, region: plant7}\nspec:",
          "{name: n1, region: plant7}\nspec:\n  fqdn: other_host.example # <- host-name",
        ],
      ],
    },
  },
  "mac-address": {
    passes: { "another notation": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 525400070001"]] },
    fails: {
      "too short": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 52:54:00:07:00 # <- mac-address"]],
      "colons anywhere": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 5:254:00:07:000b # <- mac-address"]],
      "two notations in one": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 52:54-00:07-00:0b # <- mac-address"]],
      "a letter that is no digit": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 52:54:00:07:00:0g # <- mac-address"]],
      "a group address": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 53:54:00:07:00:0b # <- mac-address"]],
      "no address": [["boot_mac: 52:54:00:07:00:0b", "boot_mac: 00:00:00:00:00:00 # <- mac-address"]],
    },
  },
  "missing-hardware-profile": {
    passes: {
      "one the nodes give": [
        ["  hardware_profile: box\n", ""],
        ["{name: n1, region: plant7}\nspec:", "{name: n1, region: plant7}\nspec:\n  hardware_profile: box"],
        ["{name: n2, region: plant7}\nspec:", "{name: n2, region: plant7}\nspec:\n  hardware_profile: box"],
      ],
    },
    fails: {
      "one that was taken away": [
        [
          "kind: BaremetalNode\nmetadata: {name: n1, region: plant7}\nspec:",
          "kind: BaremetalNode\nmetadata: {name: n1, region: plant7}\nspec:\n  hardware_profile: '!'",
        ],
        [
          "---\napiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n1",
          "---\napiVersion: 'v1.0' # <- missing-hardware-profile\nkind: BaremetalNode\nmetadata: {name: n1",
        ],
      ],
    },
  },
  "missing-image": {
    passes: {
      "one the nodes give": [
        ["    image: noble\n", "    kernel: ga-24.04\n"],
        ["{name: n1, region: plant7}\nspec:", "{name: n1, region: plant7}\nspec:\n  platform: {image: noble}"],
        ["{name: n2, region: plant7}\nspec:", "{name: n2, region: plant7}\nspec:\n  platform: {image: jammy}"],
      ],
    },
    fails: {
      "a platform that says nothing of it": [["    image: noble\n", "    kernel: ga-24.04 # <- missing-image\n"]],
    },
  },
  "oob-access": {
    passes: {
      "a controller that needs nothing": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    type: manual\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
      ],
      "a libvirt host": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    type: libvirt\n    libvirt_uri: qemu+ssh://virt@host/system\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
      ],
    },
    fails: {
      "no account": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n",
          "    type: ipmi # <- oob-access\n    network: oob\n",
        ],
      ],
      "a credential that was taken away": [
        ["    credential: {ref: 'file:bmc'}\n", ""],
        ["    type: ipmi\n", "    type: ipmi # <- oob-access\n"],
      ],
      "no controller where the site switches power by it": [
        ["  domain: plant7.example\n", "  domain: plant7.example\n  power_owner: oob_driver\n  oob_driver: bmc\n"],
        ["  oob:\n    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n", ""],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
        ...["n1", "n2"].map(
          (node): Edit => [
            `apiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: ${node},`,
            `apiVersion: 'v1.0' # <- oob-access\nkind: BaremetalNode\nmetadata: {name: ${node},`,
          ],
        ),
      ],
      "a controller spoken to nobody knows how": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    account: admin # <- oob-access (warning)\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
      ],
      "a libvirt host over another protocol": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    type: libvirt\n    libvirt_uri: qemu+tcp://host/system # <- oob-access\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
      ],
      "a libvirt machine nobody can tell from others": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    type: libvirt\n    libvirt_uri: qemu+tls://host/system\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
        ["    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n", "    rack: r1\n"],
        [
          "apiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n1,",
          "apiVersion: 'v1.0' # <- oob-access\nkind: BaremetalNode\nmetadata: {name: n1,",
        ],
      ],
      "a libvirt host nobody says where": [
        [
          "    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
          "    type: libvirt # <- oob-access\n",
        ],
        ["  - network: oob\n    address: 10.70.0.11\n", ""],
        ["  - network: oob\n    address: 10.70.0.12\n", ""],
      ],
      "no address on the network": [
        ["  - network: oob\n    address: 10.70.0.11\n  - network: pxe\n", "  - network: pxe # <- oob-access\n"],
      ],
    },
  },
  "primary-network": {
    passes: { "a network the node has an address on": [["  platform:\n", "  primary_network: mgmt\n  platform:\n"]] },
    fails: {
      "a network without an address": [
        ["  platform:\n", "  primary_network: tenant\n  platform:\n"],
        ["  - network: oob\n    address: 10.70.0.11", "  - network: oob # <- primary-network\n    address: 10.70.0.11"],
        ["  - network: oob\n    address: 10.70.0.12", "  - network: oob # <- primary-network\n    address: 10.70.0.12"],
      ],
      "a network without an address, named by the node": [
        [
          "{name: n1, region: plant7}\nspec:",
          "{name: n1, region: plant7}\nspec:\n  primary_network: tenant # <- primary-network",
        ],
      ],
      "a network that leads nowhere": [
        ["  platform:\n", "  primary_network: tenant # <- primary-network (warning)\n  platform:\n"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 10.73.0.11}"],
        ["address: 10.72.0.12", "address: 10.72.0.12\n  - {network: tenant, address: 10.73.0.12}"],
      ],
      "the out-of-band network": [["  platform:\n", "  primary_network: oob # <- primary-network\n  platform:\n"]],
    },
  },
  "rack-declared": {
    passes: {
      "a node without a rack": [
        ["    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n", "    boot_mac: 52:54:00:07:00:0b\n"],
      ],
    },
    fails: {
      "a rack nobody declares, once": [
        [
          "    rack: r1\n    boot_mac: 52:54:00:07:00:0b\n",
          "    rack: r2 # <- rack-declared\n    boot_mac: 52:54:00:07:00:0b\n",
        ],
        ["    rack: r1\n    boot_mac: 52:54:00:07:00:0c\n", "    rack: r2\n    boot_mac: 52:54:00:07:00:0c\n"],
      ],
    },
  },
  "secret-in-clear": {
    passes: {
      "a reference": [["{ref: 'file:bmc'}", "{ref: 'env:BEDPLATE_SECRET_BMC'}"]],
      "a literal of a layer that may have it": [
        ["---\napiVersion: 'v1.0'\nkind: Rack\n", `${literalsAllowed}---\napiVersion: 'v1.0'\nkind: Rack\n`],
        ["credential: {ref: 'file:bmc'}", "credential: calvin"],
      ],
    },
    fails: {
      "a password": [["credential: {ref: 'file:bmc'}", "credential: calvin # <- secret-in-clear"]],
      "a password in Bedplate's own form": [
        [
          "---\napiVersion: 'v1.0'\nkind: Rack\n",
          `---
apiVersion: bedplate/v1
kind: HostProfile
metadata: {name: lab}
spec:
  oob:
    credential: {literal: calvin} # <- secret-in-clear (error)
---
apiVersion: 'v1.0'
kind: Rack
`,
        ],
      ],
      "a password of a repository": [
        [
          "  domain: plant7.example\n",
          "  domain: plant7.example\n  repositories:\n  - {name: a, url: 'https://u:calvin@archive.example/'} # <- secret-in-clear\n",
        ],
      ],
      "a password in an address": [
        [
          "    account: admin\n",
          "    account: admin\n    libvirt_uri: qemu+ssh://a:calvin@h/system # <- secret-in-clear\n",
        ],
      ],
      "a private key on every node": [
        [
          "---\napiVersion: 'v1.0'\nkind: Rack\n",
          `---
apiVersion: bedplate/v1
kind: BootAction
metadata: {name: keys}
spec:
  assets:
  - type: file
    path: /etc/ssl/private/site.key
    data: | # <- secret-in-clear
      -----BEGIN RSA PRIVATE KEY-----
      MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
      -----END RSA PRIVATE KEY-----
---
apiVersion: 'v1.0'
kind: Rack
`,
        ],
      ],
      "a secret of a kind the design declares": [
        [
          "---\napiVersion: 'v1.0'\nkind: Rack\n",
          `---
apiVersion: bedplate/v1
kind: CustomKind
metadata: {name: Firewall.acme.example}
spec:
  secrets: [password]
  json_schema: {type: object, properties: {password: {type: string}}}
---
apiVersion: bedplate/v1
kind: Firewall.acme.example
metadata: {name: fw1}
spec:
  password: {literal: calvin} # <- secret-in-clear (error)
---
apiVersion: 'v1.0'
kind: Rack
`,
        ],
      ],
      "a secret among the parameters": [
        ["    account: admin\n", "    account: admin\n    admin_password: calvin # <- secret-in-clear\n"],
      ],
    },
  },
};
