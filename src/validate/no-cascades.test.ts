import { describe, expect, it } from "vitest";
import { checkDesign, markedFindings } from "../../test/support/marked-design.ts";
import { type Edit, edited, soundDesign } from "../../test/support/sound-design.ts";

/** Mistakes of which nothing else may follow: each edit marks every finding there is. */
const mistakes: Readonly<Record<string, readonly Edit[]>> = {
  "a slip in a field that every node needs": [["    image: noble\n", "    imgae: noble # <- unknown-field\n"]],
  "a field that lost its indentation": [["  platform:\n    image: noble\n", "  image: noble # <- unknown-field\n"]],
  "a slip in the name of what holds it": [["  platform:\n", "  platfrom: # <- unknown-field\n"]],
  "a value of another sort": [["    image: noble\n", "    image: [noble] # <- wrong-type\n"]],
  "a host profile of another sort": [["  platform:\n    image: noble\n", "  platform: noble # <- wrong-type\n"]],
  "a spec that lost its indentation": [
    [
      "metadata: {name: worker}\nspec:\n  hardware_profile: box\n  oob:\n    type: ipmi\n    network: oob\n    account: admin\n    credential: {ref: 'file:bmc'}\n",
      "metadata: {name: worker}\nhardware_profile: box # <- unknown-field\noob: # <- unknown-field\n  type: ipmi\nspec:\n",
    ],
    // Whatever the node says of its controller can't be held against a profile that wasn't read.
    ["  - network: oob\n    address: 10.70.0.11\n", ""],
    ["  - network: oob\n    address: 10.70.0.12\n", ""],
  ],
  "a parent with a slip in its name": [
    [
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker",
      "{name: n1, region: plant7}\nspec:\n  host_profile: wroker # <- unknown-reference",
    ],
  ],
  "a slip in what names the parent": [
    [
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker",
      "{name: n1, region: plant7}\nspec:\n  host_profil: worker # <- unknown-field",
    ],
  ],
  "a parent of another sort": [
    [
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker",
      "{name: n1, region: plant7}\nspec:\n  host_profile: [worker] # <- wrong-type",
    ],
  ],
  "a slip in the name of a key": [
    ["  - network: mgmt\n    address: 10.72.0.11", "  - netwrok: mgmt # <- unknown-field\n    address: 10.72.0.11"],
  ],
  "a network of an interface with a slip in its name": [
    ["    - name: mgmt\n", "    - name: mgnt # <- unknown-reference\n"],
    ["allowed_networks: [mgmt, tenant]", "mtu: 9000"],
    ["  mtu: 9000\n  mtu: 9000\n", "  mtu: 9000\n"],
  ],
  "a link's mtu out of bounds": [["  mtu: 9000\n  allowed", "  mtu: 90000 # <- invalid-value\n  allowed"]],
  "a bonding mode nobody knows": [["mode: 802.3ad", "mode: 802.3a # <- invalid-value"]],
  "a trunking mode nobody knows": [["mode: tagged", "mode: taged # <- invalid-value"]],
  "an untrunked link with a slip": [
    ["    mode: none\n    default_network: pxe\n", "    mode: none\n    default_netwrok: pxe # <- unknown-field\n"],
  ],
  "a VLAN id out of bounds": [["vlan_id: '101'", "vlan_id: '4095' # <- invalid-value"]],
  "a slip in vlan_id": [["vlan_id: '101'", "vlan_di: '101' # <- unknown-field"]],
  "a block behind an alias that isn't there": [["  cidr: 10.72.0.0/24", "  cidr: *block # <- yaml-alias"]],
  "a slip in cidr": [["  cidr: 10.72.0.0/24", "  cdir: 10.72.0.0/24 # <- unknown-field"]],
  "a slip in a route": [["    gateway: 10.72.0.1\n", "    gatway: 10.72.0.1 # <- unknown-field\n"]],
  "a slip in the domain of a route": [
    [
      "    metric: 10\n",
      "    metric: 10\n  - {rout_domain: inner, gateway: 10.72.0.2, metric: 5} # <- unknown-field\n",
    ],
  ],
  "a slip in a range": [
    [
      "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
      "- {type: static, strat: 10.72.0.10, end: 10.72.0.250} # <- unknown-field",
    ],
  ],
  "a range of a sort nobody knows": [
    [
      "- {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}",
      "- {type: dchp, start: 10.71.0.100, end: 10.71.0.250} # <- invalid-value",
    ],
  ],
  "a block that is none": [["  cidr: 10.72.0.0/24", "  cidr: 10.72.0.0/33 # <- network-cidr"]],
  "a block of another network": [["  cidr: 10.72.0.0/24", "  cidr: 10.27.0.0/24 # <- network-cidr"]],
  "an end of a range in another network": [
    [
      "- {type: static, start: 10.72.0.10, end: 10.72.0.250}",
      "- {type: static, start: 10.72.0.10, end: 10.27.0.250} # <- network-range",
    ],
  ],
  "a dhcp range taken away": [
    ["allocation: dhcp", "allocation: dhcp # <- dhcp-range"],
    ["  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}\n", ""],
  ],
  "a link that lost its trunking": [["    mode: tagged\n", "    mode: none # <- link-trunking\n"]],
  "a link that lost its bonding, on every interface of it": [
    ["  bonding:\n    mode: 802.3ad\n    hash: layer3+4\n    mon_rate: 100\n    up_delay: 200\n", ""],
    ["    slaves:\n    - nic1\n", "    slaves: # the list is what is wrong\n    - nic1 # <- interface-bonding\n"],
  ],
  "a network allowed on a second link, which has no trunking and smaller frames": [
    [
      "    mode: none\n    default_network: pxe\n",
      "    mode: none\n    default_network: pxe\n  allowed_networks: [pxe, tenant]\n",
    ],
    ["  allowed_networks: [mgmt, tenant]\n", "  allowed_networks: [mgmt, tenant] # <- network-on-links\n"],
  ],
  "an untagged network allowed on a second link, which is a trunk": [
    [
      "    mode: none\n    default_network: pxe\n",
      "    mode: none\n    default_network: pxe\n  allowed_networks: [pxe]\n",
    ],
    ["  allowed_networks: [mgmt, tenant]\n", "  allowed_networks: [mgmt, tenant, pxe] # <- network-on-links\n"],
  ],
  "a default route that lost its gateway, of a primary network": [
    ["  platform:\n", "  primary_network: mgmt\n  platform:\n"],
    [
      "  - subnet: 0.0.0.0/0\n    gateway: 10.72.0.1\n    metric: 10\n",
      "  - subnet: 0.0.0.0/0 # <- network-route\n    metric: 10\n",
    ],
  ],
  "a controller without a network": [
    ["    network: oob\n", ""],
    ["  oob:\n    type: ipmi\n", "  oob:\n    type: ipmi # <- oob-access\n"],
  ],
  "a block that became a larger one, with bits beyond": [
    ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/8 # <- network-cidr"],
  ],
  "a native network that was made a tagged one": [
    ["    mode: none\n    default_network: pxe\n", "    mode: none\n    default_network: tenant\n"],
    ["    networks:\n    - name: pxe\n", "    networks:\n    - name: pxe # <- interface-network\n"],
    ["  vlan_id: '102'\n  mtu: 9000", "  vlan_id: '102'\n  mtu: 1500"],
  ],
  "an address of no network of the node, and every rule of its primary network": [
    ["  platform:\n", "  primary_network: mgmt\n  platform:\n"],
    [
      "kind: BaremetalNode\nmetadata: {name: n1, region: plant7}\nspec:\n  host_profile: worker\n  addressing:\n  - network: oob\n    address: 10.70.0.11\n  - network: pxe\n    address: dhcp\n  - network: mgmt\n    address: 10.72.0.11\n",
      "kind: BaremetalNode\nmetadata: {name: n1, region: plant7}\nspec:\n  host_profile: worker\n",
    ],
    [
      "---\napiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n1",
      "---\napiVersion: 'v1.0' # <- missing-addressing\nkind: BaremetalNode\nmetadata: {name: n1",
    ],
  ],
  "a primary network with a slip": [
    ["  platform:\n", "  primary_network: mgnt # <- unknown-reference\n  platform:\n"],
    [
      "  cidr: 10.73.0.0/24",
      "  cidr: 10.73.0.0/24\n  routes:\n  - {subnet: 0.0.0.0/0, gateway: 10.73.0.1, metric: 10}",
    ],
    ["address: 10.72.0.11", "address: 10.72.0.11\n  - {network: tenant, address: 10.73.0.11}"],
    ["address: 10.72.0.12", "address: 10.72.0.12\n  - {network: tenant, address: 10.73.0.12}"],
  ],
  "a gateway of a route to many networks": [
    ["    metric: 10\n", "    metric: 10\n  - {routedomain: inner, gateway: router, metric: 5} # <- network-route\n"],
    ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.0/24\n  routedomain: inner"],
    ["  cidr: 10.70.0.0/24", "  cidr: 10.70.0.0/24\n  routedomain: inner"],
  ],
  "a block of a network many routes lead to": [
    ["    metric: 10\n", "    metric: 10\n  - {routedomain: inner, gateway: 10.72.0.2, metric: 5}\n"],
    ["  cidr: 10.73.0.0/24", "  cidr: 10.73.0.9/24 # <- network-cidr\n  routedomain: inner"],
  ],
  "a slip in an address": [["    address: 10.72.0.11\n", "    adress: 10.72.0.11 # <- unknown-field\n"]],
  "a slip in addressing": [
    [
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker\n  addressing:",
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker\n  adressing: # <- unknown-field",
    ],
  ],
  "a slip in an account": [["    account: admin\n", "    acount: admin # <- unknown-field\n"]],
  "a slip in slaves": [["    slaves:\n    - nic1\n", "    slave: # <- unknown-field\n    - nic1\n"]],
  "a slip in the aliases": [["  device_aliases:\n", "  device_alias: # <- unknown-field\n"]],
  "a slip in a kind": [
    ["kind: NetworkLink\nmetadata: {name: data}", "kind: NetworLink # <- unknown-kind\nmetadata: {name: data}"],
  ],
  "a rack that isn't one": [["kind: Rack\n", "kind: Rak # <- unknown-kind\n"]],
  "a network that breaks off": [
    [
      "  ranges:\n  - {type: static, start: 10.72.0.10, end: 10.72.0.250}\n",
      "  ranges:\n  - {type: static, start: 10.72.0.10 # <- yaml-syntax\n  routes\n",
    ],
  ],
  "a profile that breaks off": [
    ["  interfaces:\n  - device_name: pxe\n", "  interfaces:\n  - device_name: pxe\n   x: 1 # <- yaml-syntax\n"],
  ],
  "a link that breaks off before its mode": [
    [
      "metadata: {name: data}\nspec:\n  bonding:\n    mode: 802.3ad\n",
      "metadata: {name: data}\nspec:\n  bonding: {mode: [} # <- yaml-syntax\n",
    ],
  ],
  "a document that breaks off before its name": [
    ["kind: Network\nmetadata: {name: mgmt}\n", "kind: Network\nmetadata: {name: [mgmt} # <- yaml-syntax\n"],
  ],
  "a parent by an alias that isn't there": [
    [
      "{name: n1, region: plant7}\nspec:\n  host_profile: worker",
      "{name: n1, region: plant7}\nspec:\n  host_profile: *worker # <- yaml-alias",
    ],
  ],
};

describe("a mistake", () => {
  it.each(Object.entries(mistakes))("is reported alone: %s", (_, edits) => {
    const files = { "site.yaml": edited(soundDesign, edits) };
    const { found } = checkDesign(files);
    expect(found).toEqual(markedFindings(files));
    expect(found.length).toBeGreaterThan(0);
  });

  it("doesn't hide that something else is missing", () => {
    const files = {
      "site.yaml": edited(soundDesign, [
        ["    account: admin\n", "    acount: admin # <- unknown-field\n"],
        ["  platform:\n    image: noble\n", ""],
        [
          "---\napiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n1",
          "---\napiVersion: 'v1.0' # <- missing-image\nkind: BaremetalNode\nmetadata: {name: n1",
        ],
        [
          "---\napiVersion: 'v1.0'\nkind: BaremetalNode\nmetadata: {name: n2",
          "---\napiVersion: 'v1.0' # <- missing-image\nkind: BaremetalNode\nmetadata: {name: n2",
        ],
      ]),
    };
    expect(checkDesign(files).found).toEqual(markedFindings(files));
  });
});
