import type { RuleExamples } from "./rule-examples.ts";

const nodeOne = "{name: n1, region: plant7}\nspec:\n  host_profile: worker\n";
const addressesOfOne =
  "  - network: oob\n    address: 10.70.0.11\n  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11\n";
const defaultOnTenant = "  cidr: 10.73.0.0/24\n  routes:\n  - {subnet: 0.0.0.0/0, gateway: 10.73.0.1, metric: 10}";
const tenantAddresses = [
  ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 10.73.0.11}"],
  ["address: 10.72.0.12", "address: 10.72.0.12\n  - {network: tenant, address: 10.73.0.12}"],
] as const;

const reservedOfTenant = "  ranges: [{type: reserved, start: 10.73.0.50, end: 10.73.0.60}]";

/** Examples of the rules about addresses of nodes and switches, and about the ways between networks. */
export const addressExamples: Readonly<Record<string, RuleExamples>> = {
  "address-value": {
    passes: {
      "slaac on an IPv6 network": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/64"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: slaac}"],
      ],
      "an IPv6 address": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/64"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 'FD00:73:0::10.0.0.1'}"],
      ],
    },
    fails: {
      "a misspelt word": [
        [
          "    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11",
          "    address: dhpc # <- address-value\n  - network: mgmt\n    address: 10.72.0.11",
        ],
      ],
      "no address": [["- network: mgmt\n    address: 10.72.0.11", "- network: mgmt # <- address-value"]],
      "a word that is no address": [["address: 10.72.0.11", "address: static # <- address-value"]],
      "an octal address": [["address: 10.72.0.11", "address: 10.72.0.011 # <- address-value"]],
      "a prefix length": [["address: 10.72.0.11", "address: 10.72.0.11/24 # <- address-value"]],
      "a part too large": [["address: 10.72.0.11", "address: 10.72.0.256 # <- address-value"]],
      "a loopback address": [["address: 10.72.0.11", "address: 127.0.0.1 # <- address-value"]],
      "a group of machines": [["address: 10.72.0.11", "address: 224.0.0.5 # <- address-value"]],
      "an address of nobody": [["address: 10.72.0.11", "address: '::' # <- address-value"]],
      "a link-local address": [["address: 10.72.0.11", "address: fe80::1 # <- address-value"]],
      "an address of one link": [["address: 10.72.0.11", "address: 'fe80::1%eth0' # <- address-value"]],
      "an IPv4 address in another's clothes": [
        ["address: 10.72.0.11", "address: '::ffff:10.72.0.11' # <- address-value"],
      ],
      "slaac on an IPv4 network": [["address: 10.72.0.11", "address: slaac # <- address-value"]],
      "slaac on a block too small": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/80"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: slaac} # <- address-value"],
      ],
    },
  },
  "automatic-address": {
    passes: {
      "a network the provisioner manages": [
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: auto}"],
      ],
      "a reserved range of another's network": [
        ["  cidr: 10.73.0.0/24", `  managed: false\n  cidr: 10.73.0.0/24\n${reservedOfTenant}`],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: auto}"],
      ],
    },
    fails: {
      "another's network": [
        ["  cidr: 10.73.0.0/24", "  managed: false\n  cidr: 10.73.0.0/24"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: auto} # <- automatic-address"],
      ],
    },
  },
  "default-route": {
    passes: {
      "two of different metrics": [["  cidr: 10.73.0.0/24", defaultOnTenant.replace("10}", "20}")], ...tenantAddresses],
      "a primary network": [
        ["  cidr: 10.73.0.0/24", defaultOnTenant],
        ...tenantAddresses,
        ["  platform:\n", "  primary_network: mgmt\n  platform:\n"],
      ],
      "one of each protocol": [
        ["  cidr: 10.73.0.0/24", "  cidr: fd00:73::/64\n  routes: [{subnet: '::/0', gateway: fe80::1, metric: 10}]"],
        ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 'fd00:73::11'}"],
      ],
    },
    fails: {
      "two networks, and no primary one": [
        ["  cidr: 10.73.0.0/24", defaultOnTenant.replace("metric: 10}", "metric: 10} # <- default-route (warning)")],
        ...tenantAddresses,
      ],
      "two of one network": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {subnet: 0.0.0.0/0, gateway: 10.72.0.2, metric: 20} # <- default-route\n",
        ],
      ],
    },
  },
  "dhcp-relay": {
    passes: {
      "a relay of the network": [
        [
          "  allocation: dhcp\n",
          "  allocation: dhcp\n  dhcp_relay: {self_ip: 10.71.0.4, upstream_target: 10.72.0.9}\n",
        ],
      ],
      "a server elsewhere hands out addresses": [
        ["  allocation: dhcp\n", "  dhcp_relay: {upstream_target: 10.72.0.9}\n"],
        ["  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n", ""],
      ],
    },
    fails: {
      "no addresses": [
        [
          "  allocation: dhcp\n",
          "  allocation: dhcp\n  dhcp_relay:\n    self_ip: relay # <- dhcp-relay\n    upstream_target: 10.72.0 # <- dhcp-relay\n",
        ],
      ],
      "a relay of another network": [
        [
          "  allocation: dhcp\n",
          "  allocation: dhcp\n  dhcp_relay: {self_ip: 10.72.0.4, upstream_target: 10.72.0.9} # <- dhcp-relay\n",
        ],
      ],
      "the broadcast address": [
        [
          "  allocation: dhcp\n",
          "  allocation: dhcp\n  dhcp_relay: {self_ip: 10.71.0.255, upstream_target: 10.72.0.9} # <- dhcp-relay\n",
        ],
      ],
      "no server": [
        ["  allocation: dhcp\n", "  allocation: dhcp\n  dhcp_relay: {self_ip: 10.71.0.4} # <- dhcp-relay\n"],
      ],
      "a server of the network itself": [
        [
          "  allocation: dhcp\n",
          "  allocation: dhcp\n  dhcp_relay: {self_ip: 10.71.0.4, upstream_target: 10.71.0.9} # <- dhcp-relay (warning)\n",
        ],
      ],
    },
  },
  "duplicate-fqdn": {
    passes: { "names that begin alike": [["{name: n2, ", "{name: n1.b, "]] },
    fails: {
      "a name that differs by case": [["{name: n2, region: plant7}", "{name: N1, region: plant7} # <- duplicate-fqdn"]],
      "a name that says its domain": [
        ["{name: n2, region: plant7}", "{name: n1.mgmt.plant7.example, region: plant7} # <- duplicate-fqdn"],
      ],
      "a full name of its own": [
        [
          "{name: n2, region: plant7}\nspec:",
          "{name: n2, region: plant7}\nspec:\n  fqdn: N1.mgmt.plant7.example # <- duplicate-fqdn",
        ],
      ],
    },
  },
  "missing-addressing": {
    passes: {
      "one address is enough": [[addressesOfOne, "  - network: oob\n    address: 10.70.0.11\n"]],
    },
    fails: {
      "none at all": [
        [
          `apiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: ${nodeOne}  addressing:\n${addressesOfOne}`,
          `apiVersion: 'v1.0' # <- missing-addressing\nkind: BaremetalNode\nmetadata: ${nodeOne}`,
        ],
      ],
    },
  },
  "route-domain": {
    passes: {
      "a route to another network": [
        ["    metric: 10\n", "    metric: 10\n  - {routedomain: inner, gateway: 10.72.0.2, metric: 100}\n"],
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
      ],
      "a domain nobody leads to": [["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"]],
    },
    fails: {
      "a domain nobody is in": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {routedomain: inne, gateway: 10.72.0.2, metric: 100} # <- route-domain\n",
        ],
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
      ],
      "a domain of the network alone": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {routedomain: inner, gateway: 10.72.0.2, metric: 100} # <- route-domain (warning)\n",
        ],
        ["  cidr: 10.72.0.0/24", "  cidr: 10.72.0.0/24\n  routedomain: inner"],
      ],
      "no gateway": [
        ["    metric: 10\n", "    metric: 10\n  - {routedomain: inner, metric: 100} # <- route-domain\n"],
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
      ],
      "no metric": [
        [
          "    metric: 10\n",
          "    metric: 10\n  - {routedomain: inner, gateway: 10.72.0.2} # <- route-domain (warning)\n",
        ],
        ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
      ],
    },
  },
  "switch-address": {
    passes: { "an IPv6 address": [["mgmt_ip: 10.70.0.2", "mgmt_ip: fd00:70::2"]] },
    fails: {
      "no address": [["mgmt_ip: 10.70.0.2", "mgmt_ip: switch1.plant7.example # <- switch-address"]],
      "a loopback address": [["mgmt_ip: 10.70.0.2", "mgmt_ip: '::1' # <- switch-address"]],
    },
  },
};
