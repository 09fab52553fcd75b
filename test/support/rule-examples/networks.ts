import type { Edit } from "../sound-design.ts";
import type { RuleExamples } from "./rule-examples.ts";

/** An IPv4 and an IPv6 network on one VLAN, in Bedplate's own form, with the spaces they say they are in. */
function spaced(mgmt: string, tenant: string | undefined): readonly Edit[] {
  const head = (name: string) => `kind: Network\nmetadata: {name: ${name}}\nspec:\n`;
  const own = (name: string, space: string | undefined) =>
    `apiVersion: bedplate/v1\n${head(name)}  vlan: 101\n${space === undefined ? "" : `  space: ${space}\n`}`;
  return [
    [`apiVersion: 'v1.0'\n${head("mgmt")}  vlan_id: '101'\n`, own("mgmt", mgmt)],
    ["    servers: 10.72.0.2,10.72.0.3", "    servers: [10.72.0.2, 10.72.0.3]"],
    [`apiVersion: 'v1.0'\n${head("tenant")}  vlan_id: '102'\n`, own("tenant", tenant)],
    ["  cidr: 10.73.0.0/24", "  cidr: 'fd00:73::/64'"],
  ];
}

/** Examples of the rules about networks and their addresses. */
export const networkExamples: Readonly<Record<string, RuleExamples>> = {
  "dhcp-range": {
    passes: {
      "static addresses on a network with a dhcp range": [["allocation: dhcp", "allocation: static"]],
      "a network nobody boots from": [
        ["allocation: dhcp", "allocation: static"],
        ["  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n", ""],
        ["  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11\n", ""],
        ["  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.12\n", ""],
      ],
    },
    fails: {
      "dhcp and no range": [
        ["allocation: dhcp", "allocation: dhcp # <- dhcp-range"],
        ["  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n", ""],
      ],
      "a node that asks where nothing is handed out": [["address: 10.72.0.11", "address: dhcp # <- dhcp-range"]],
    },
  },
  "dns-server": {
    passes: { "an IPv6 server": [["servers: 10.72.0.2,10.72.0.3", "servers: '10.72.0.2, fd00::1'"]] },
    fails: {
      "a name": [["servers: 10.72.0.2,10.72.0.3", "servers: 10.72.0.2,ns1.example # <- dns-server"]],
      "a group of machines": [["servers: 10.72.0.2,10.72.0.3", "servers: 224.0.0.251 # <- dns-server"]],
      "a server of the node's own": [
        [
          "{name: n1, region: plant7}\nspec:",
          "{name: n1, region: plant7}\nspec:\n  dns_servers: [10.72.0.2, 10.72.0.300] # <- dns-server",
        ],
      ],
    },
  },
  "domain-name": {
    passes: { "one label": [["  domain: plant7.example\n---", "  domain: local\n---"]] },
    fails: {
      "a blank in a site's domain": [["  domain: plant7.example\n---", "  domain: plant 7 # <- domain-name\n---"]],
      "an underscore in a network's": [["domain: mgmt.plant7.example", "domain: mgmt_net.example # <- domain-name"]],
      "an empty label": [["domain: mgmt.plant7.example", "domain: mgmt..example # <- domain-name"]],
    },
  },
  "duplicate-vlan": {
    passes: {
      "an IPv4 and an IPv6 network on one VLAN": [
        ["vlan_id: '102'", "vlan_id: '101'"],
        ["  cidr: 10.73.0.0/24", "  cidr: fd00::/64"],
      ],
      "two networks that don't meet on a link": [["  cidr: 10.70.0.0/24", "  cidr: 10.70.0.0/24\n  vlan_id: '101'"]],
    },
    fails: {
      "two networks of a link": [["vlan_id: '102'", "vlan_id: '101' # <- duplicate-vlan"]],
      "two networks of an interface": [
        ["vlan_id: '102'", "vlan_id: '101' # <- duplicate-vlan"],
        ["  allowed_networks: [mgmt, tenant]\n", ""],
      ],
    },
  },
  "missing-cidr": {
    passes: { "a network nobody has an address on": [["  cidr: 10.73.0.0/24\n", ""]] },
    fails: {
      "a network nodes boot from": [
        [
          "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: pxe}",
          "apiVersion: 'v1.0' # <- missing-cidr\nkind: Network\nmetadata: {name: pxe}",
        ],
        ["  cidr: 10.71.0.0/24\n", ""],
      ],
      "addresses on a network that is nowhere": [
        [
          "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: oob}",
          "apiVersion: 'v1.0' # <- missing-cidr\nkind: Network\nmetadata: {name: oob}",
        ],
        ["  cidr: 10.70.0.0/24\n", ""],
      ],
    },
  },
  "network-cidr": {
    passes: { "a block of one address": [["cidr: 10.73.0.0/24", "cidr: 10.73.0.5/32"]] },
    fails: {
      "bits beyond the prefix": [["cidr: 10.73.0.0/24", "cidr: 10.73.0.5/24 # <- network-cidr"]],
      "no prefix": [["cidr: 10.73.0.0/24", "cidr: 10.73.0.0 # <- network-cidr"]],
      "a prefix too long": [["cidr: 10.73.0.0/24", "cidr: 10.73.0.0/33 # <- network-cidr"]],
      "a mask": [["cidr: 10.73.0.0/24", "cidr: 10.73.0.0/255.255.255.0 # <- network-cidr"]],
      "bits beyond an IPv6 prefix": [["cidr: 10.73.0.0/24", "cidr: 'fd00:73::1/64' # <- network-cidr"]],
      "a group of machines": [["cidr: 10.73.0.0/24", "cidr: 239.1.0.0/16 # <- network-cidr"]],
      "link-local addresses": [["cidr: 10.73.0.0/24", "cidr: 'fe80::/64' # <- network-cidr"]],
      "a block that holds nothing of the network": [["  cidr: 10.72.0.0/24", "  cidr: 10.27.0.0/24 # <- network-cidr"]],
      everything: [["cidr: 10.73.0.0/24", "cidr: 0.0.0.0/0 # <- network-cidr"]],
    },
  },
  "network-range": {
    passes: {
      "ranges side by side": [["start: 10.71.0.100", "start: 10.71.0.10"]],
      "a reserved range over the network address": [["start: 10.71.0.1,", "start: 10.71.0.0,"]],
    },
    fails: {
      "an end outside": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: 10.72.0.10, end: 10.72.1.250} # <- network-range",
        ],
      ],
      "a range of another network": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: 10.73.0.10, end: 10.73.0.250} # <- network-range",
        ],
      ],
      "an end of another protocol": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: 10.72.0.10, end: 'fd00::fa'} # <- network-range",
        ],
      ],
      "two protocols on a network without a block": [
        ["  cidr: 10.73.0.0/24", "  ranges:\n  - {type: static, start: 10.73.0.1, end: 'fd00::1'} # <- network-range"],
      ],
      "an IPv6 range outside": [
        [
          "  cidr: 10.73.0.0/24",
          "  cidr: fd00:73::/64\n  ranges:\n  - {type: dhcp, start: 'fd00:73::1', end: 'fd00:74::1'} # <- network-range",
        ],
      ],
      backwards: [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: 10.72.0.250, end: 10.72.0.11} # <- network-range",
        ],
      ],
      overlapping: [
        [
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
          "- {type: dhcp, start: 10.71.0.9, end: 10.71.0.250} # <- network-range",
        ],
      ],
      "around another": [
        [
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
          "- {type: static, start: 10.71.0.10, end: 10.71.0.20}\n  - {type: dhcp, start: 10.71.0.10, end: 10.71.0.250} # <- network-range",
        ],
      ],
      "an end in another": [
        [
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n  - type: static\n    start: 10.71.0.50\n    end: 10.71.0.120 # <- network-range",
        ],
      ],
      "a start in another": [
        [
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
          "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.200}\n  - type: static\n    start: 10.71.0.200 # <- network-range\n    end: 10.71.0.250",
        ],
      ],
      "no address": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: first, end: 10.72.0.250} # <- network-range",
        ],
      ],
      "without its ends": [
        ["- {type: static, start: 10.72.0.10, end: 10.72.0.250}", "- {type: static} # <- network-range, network-range"],
      ],
      "without a type": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {start: 10.72.0.10, end: 10.72.0.250} # <- network-range",
        ],
      ],
      "dhcp with the gateway in it": [
        [
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
          "- {type: static, start: 10.72.0.10, end: 10.72.0.250}\n  - {type: dhcp, start: 10.72.0.1, end: 10.72.0.9} # <- network-range",
        ],
      ],
      "dhcp up to the broadcast address": [["end: 10.71.0.250}", "end: 10.71.0.255} # <- network-range"]],
    },
  },
  "network-route": {
    passes: {
      "two routes to one place of different metrics": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {subnet: 10.99.0.0/16, gateway: 10.72.0.2, metric: 1}\n  - {subnet: 10.99.0.0/16, gateway: 10.72.0.3, metric: 2}\n",
        ],
      ],
      "a link-local gateway": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/64\n  routes: [{subnet: '::/0', gateway: fe80::1}]"],
      ],
    },
    fails: {
      "a gateway outside": [["gateway: 10.72.0.1", "gateway: 10.73.0.1 # <- network-route"]],
      "a gateway that is the broadcast address": [["gateway: 10.72.0.1", "gateway: 10.72.0.255 # <- network-route"]],
      "a gateway that is every address": [["gateway: 10.72.0.1", "gateway: 0.0.0.0 # <- network-route"]],
      "a gateway outside of an IPv6 network": [
        [
          "  cidr: 10.73.0.0/24",
          "  cidr: fd00:73::/64\n  routes:\n  - {subnet: '::/0', gateway: 'fd00:74::1'} # <- network-route",
        ],
      ],
      "a route to the network itself": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {subnet: 10.72.0.128/25, gateway: 10.72.0.1} # <- network-route (warning)\n",
        ],
      ],
      "a gateway outside, to a domain of several networks": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {routedomain: inner, gateway: 10.99.0.1, metric: 5} # <- network-route\n",
        ],
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
        ["  cidr: 10.70.0.0/24", "  cidr: 10.70.0.0/24\n  routedomain: inner"],
      ],
      "a gateway that is no address": [["gateway: 10.72.0.1", "gateway: router # <- network-route"]],
      "a default route without a gateway": [
        ["  - subnet: 0.0.0.0/0\n    gateway: 10.72.0.1\n", "  - subnet: 0.0.0.0/0 # <- network-route\n"],
      ],
      "another route without a gateway": [
        ["    metric: 10\n", "    metric: 10\n  - subnet: 10.99.0.0/16 # <- network-route (warning)\n"],
      ],
      "no destination": [
        ["  - subnet: 0.0.0.0/0\n    gateway: 10.72.0.1\n", "  - gateway: 10.72.0.1 # <- network-route\n"],
      ],
      "a destination that is no block": [
        ["    metric: 10\n", "    metric: 10\n  - {subnet: default, gateway: 10.72.0.1} # <- network-route\n"],
      ],
      "a destination with bits beyond its prefix": [
        ["    metric: 10\n", "    metric: 10\n  - {subnet: 10.99.0.1/16, gateway: 10.72.0.1} # <- network-route\n"],
      ],
      "a destination of another protocol": [
        ["    metric: 10\n", "    metric: 10\n  - {subnet: '::/0', gateway: 10.72.0.1} # <- network-route\n"],
      ],
      "two routes to one place": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {subnet: 0.0.0.0/0, gateway: 10.72.0.2, metric: 10} # <- network-route\n",
        ],
      ],
    },
  },
  "overlapping-cidr": {
    passes: { "blocks side by side": [["cidr: 10.73.0.0/24", "cidr: 10.72.1.0/24"]] },
    fails: {
      "one block twice": [["cidr: 10.73.0.0/24", "cidr: 10.72.0.0/24 # <- overlapping-cidr"]],
      "one IPv6 block twice, spelt differently": [
        [
          "kind: Network\nmetadata: {name: tenant}",
          "kind: Network\nmetadata: {name: other}\nspec: {cidr: 'fd00:73:0::/48'}\n---\napiVersion: 'v1.0'\nkind: Network\nmetadata: {name: tenant}",
        ],
        ["  cidr: 10.73.0.0/24", "  cidr: 'FD00:73::/48' # <- overlapping-cidr"],
      ],
      "one inside another": [["cidr: 10.73.0.0/24", "cidr: 10.72.0.64/26 # <- overlapping-cidr"]],
      "one around another": [
        ["  cidr: 10.72.0.0/24", "  cidr: 10.72.0.0/24 # <- overlapping-cidr"],
        ["cidr: 10.73.0.0/24", "cidr: 10.72.0.0/16"],
      ],
      "one IPv6 block inside another": [
        [
          "kind: Network\nmetadata: {name: tenant}",
          "kind: Network\nmetadata: {name: other}\nspec: {cidr: 'fd00:73::/48'}\n---\napiVersion: 'v1.0'\nkind: Network\nmetadata: {name: tenant}",
        ],
        ["  cidr: 10.73.0.0/24", "  cidr: 'FD00:73:0:9::/64' # <- overlapping-cidr"],
      ],
    },
  },
  "network-space": {
    passes: {
      "one space of two networks on one VLAN": spaced("admin", "admin"),
      "a space of one of them": spaced("admin", undefined),
    },
    fails: {
      "two spaces of two networks on one VLAN": spaced("admin", "tenants # <- network-space"),
      "the name of having none": spaced("undefined # <- network-space", undefined),
    },
  },
  "tagged-network-vlan": {
    passes: {
      "a network the provisioner leaves alone": [["  vlan_id: '102'\n", "  labels: {noconfig: 'true'}\n"]],
      "a native network": [
        ["  vlan_id: '101'\n", ""],
        ["    mode: tagged\n", "    mode: tagged\n    default_network: mgmt\n"],
      ],
    },
    fails: {
      "a tagged network without a tag, once": [
        [
          "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: tenant}",
          "apiVersion: 'v1.0' # <- tagged-network-vlan\nkind: Network\nmetadata: {name: tenant}",
        ],
        ["  vlan_id: '102'\n", ""],
      ],
    },
  },
};
