/** The text of a site in the AIC document form: profiles, networks, and as many nodes as told, about 600 bytes each. */
export function generateSite(nodes: number): string {
  const parts = [
    document("Region", "bench", ""),
    document("NetworkLink", "gp", "  bonding: {mode: 802.3ad}\n  mtu: 9000\n  trunking: {mode: tagged}\n"),
    document("NetworkLink", "pxe", "  trunking: {mode: none, default_network: pxe}\n"),
    document(
      "Network",
      "pxe",
      "  cidr: 10.0.0.0/16\n  ranges:\n  - {type: dhcp, start: 10.0.0.10, end: 10.0.255.250}\n",
    ),
    ...[1, 2, 3].map((index) =>
      document(
        "Network",
        `net${index}`,
        `  vlan_id: '${100 + index}'\n  cidr: 10.${index}.0.0/16\n  ranges:\n  - {type: static, start: 10.${index}.0.10, end: 10.${index}.255.250}\n`,
      ),
    ),
    document(
      "HardwareProfile",
      "box",
      "  vendor: Acme\n  device_aliases:\n    pci:\n    - {alias: nic0, address: 'pci@0000:01:00.0'}\n    - {alias: nic1, address: 'pci@0000:02:00.0'}\n    - {alias: nic2, address: 'pci@0000:02:00.1'}\n    scsi: {alias: disk0, address: 'scsi@2:0.0.0'}\n",
    ),
    document(
      "HostProfile",
      "defaults",
      "  hardware_profile: box\n  primary_network: net1\n  platform: {image: noble}\n  storage: {layout: lvm, bootdisk: {device: disk0, root_size: 50g}}\n",
    ),
    document(
      "HostProfile",
      "worker",
      "  host_profile: defaults\n  interfaces:\n  - {device_name: pxe, network_link: pxe, slaves: [nic0], networks: [{name: pxe}]}\n  - device_name: bond0\n    network_link: gp\n    slaves: [nic1, nic2]\n    networks: [{name: net1}, {name: net2}, {name: net3}]\n",
    ),
  ];
  for (let index = 0; index < nodes; index++) parts.push(node(index));
  return parts.join("");
}

function node(index: number): string {
  const host = index + 10;
  const tail = `${Math.floor(host / 250)}.${(host % 250) + 1}`;
  const addresses = [1, 2, 3]
    .map((network) => `  - network: net${network}\n    address: 10.${network}.${tail}\n`)
    .join("");
  const hex = (index + 256).toString(16).padStart(6, "0");
  return document(
    "BaremetalNode",
    `n${String(index).padStart(5, "0")}`,
    `  host_profile: worker\n  addressing:\n  - network: pxe\n    address: dhcp\n${addresses}  metadata:\n    rack: r${index % 50}\n    boot_mac: 52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}\n    tags:\n    - bench\n    - batch${index % 10}\n    owner_data:\n      role: worker\n      team: team${index % 7}\n`,
  );
}

function document(kind: string, name: string, spec: string): string {
  return `---\napiVersion: 'v1.0'\nkind: ${kind}\nmetadata:\n  name: ${name}\n  region: bench\n  author: bench@bedplate.example\n  description: Made for measuring\nspec:\n${spec}`;
}
