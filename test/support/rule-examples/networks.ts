import type { RuleExamples } from "./rule-examples.ts";

/** Examples of the rules about networks and their addresses. */
export const networkExamples: Readonly<Record<string, RuleExamples>> = {
  "dhcp-range": {
    passes: {
      "static addresses on a network with a dhcp range": [["allocation: dhcp", "allocation: static"]],
      "a network whose block isn't known yet": [
        [
          "  cidr: 10.71.0.0/24\n  ranges:\n  - {type: reserved, start: 10.71.0.1, end: 10.71.0.9}\n  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
          "  mtu: 1500",
        ],
      ],
    },
    fails: {
      "dhcp and no range": [
        ["allocation: dhcp", "allocation: dhcp # <- dhcp-range"],
        ["  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n", ""],
      ],
    },
  },
  "dns-server": {
    passes: { "an IPv6 server": [["servers: 10.72.0.2,10.72.0.3", "servers: '10.72.0.2, fd00::1'"]] },
    fails: {
      "a name": [["servers: 10.72.0.2,10.72.0.3", "servers: 10.72.0.2,ns1.example # <- dns-server"]],
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
    },
    fails: { "two networks on one VLAN": [["vlan_id: '102'", "vlan_id: '101' # <- duplicate-vlan"]] },
  },
  "missing-cidr": {
    passes: { "a network nobody has an address on": [["  cidr: 10.73.0.0/24\n", ""]] },
    fails: {
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
      "two default routes of different metrics": [
        ["    metric: 10\n", "    metric: 10\n  - {subnet: 0.0.0.0/0, gateway: 10.72.0.2, metric: 20}\n"],
      ],
      "a route to a route domain": [
        ["    metric: 10\n", "    metric: 10\n  - {routedomain: inner, gateway: 10.72.0.2}\n"],
      ],
    },
    fails: {
      "a gateway outside": [["gateway: 10.72.0.1", "gateway: 10.73.0.1 # <- network-route"]],
      "a gateway that is the broadcast address": [["gateway: 10.72.0.1", "gateway: 10.72.0.255 # <- network-route"]],
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
      "one inside another": [["cidr: 10.73.0.0/24", "cidr: 10.72.0.64/26 # <- overlapping-cidr (warning)"]],
      "one around another": [
        ["  cidr: 10.72.0.0/24", "  cidr: 10.72.0.0/24 # <- overlapping-cidr (warning)"],
        ["cidr: 10.73.0.0/24", "cidr: 10.72.0.0/16"],
      ],
    },
  },
  "tagged-network-vlan": {
    passes: {
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
