/** A small design in form b that no rule has anything to say about, for tests that change a line or two of it. */
export const soundDesign = `---
apiVersion: 'v1.0'
kind: Region
metadata: {name: plant7, region: plant7}
spec:
  domain: plant7.example
---
apiVersion: 'v1.0'
kind: NetworkLink
metadata: {name: boot}
spec:
  bonding: {mode: none}
  mtu: 1500
  trunking:
    mode: none
    default_network: pxe
---
apiVersion: 'v1.0'
kind: NetworkLink
metadata: {name: data}
spec:
  bonding:
    mode: 802.3ad
    hash: layer3+4
    mon_rate: 100
    up_delay: 200
  mtu: 9000
  allowed_networks: [mgmt, tenant]
  trunking:
    mode: tagged
---
apiVersion: 'v1.0'
kind: Network
metadata: {name: oob}
spec:
  cidr: 10.70.0.0/24
---
apiVersion: 'v1.0'
kind: Network
metadata: {name: pxe}
spec:
  allocation: dhcp
  cidr: 10.71.0.0/24
  ranges:
  - {type: reserved, start: 10.71.0.1, end: 10.71.0.9}
  - {type: dhcp, start: 10.71.0.100, end: 10.71.0.250}
---
apiVersion: 'v1.0'
kind: Network
metadata: {name: mgmt}
spec:
  vlan_id: '101'
  mtu: 1500
  cidr: 10.72.0.0/24
  ranges:
  - {type: static, start: 10.72.0.10, end: 10.72.0.250}
  routes:
  - subnet: 0.0.0.0/0
    gateway: 10.72.0.1
    metric: 10
  dns:
    domain: mgmt.plant7.example
    servers: 10.72.0.2,10.72.0.3
---
apiVersion: 'v1.0'
kind: Network
metadata: {name: tenant}
spec:
  vlan_id: '102'
  mtu: 9000
  cidr: 10.73.0.0/24
---
apiVersion: 'v1.0'
kind: HardwareProfile
metadata: {name: box}
spec:
  device_aliases:
    pci:
    - {alias: boot_nic, address: 'pci@0000:01:00.0'}
    - {alias: nic1, address: 'pci@0000:18:00.0'}
    - {alias: nic2, address: 'pci@0000:18:00.1'}
    scsi:
    - {alias: disk, address: 'scsi@2:0.0.0'}
---
apiVersion: 'v1.0'
kind: HostProfile
metadata: {name: worker}
spec:
  hardware_profile: box
  oob:
    type: ipmi
    network: oob
    account: admin
    credential: {ref: 'file:bmc'}
  interfaces:
  - device_name: pxe
    network_link: boot
    slaves:
    - boot_nic
    networks:
    - name: pxe
  - device_name: bond0
    network_link: data
    slaves:
    - nic1
    - nic2
    networks:
    - name: mgmt
    - name: tenant
  storage:
    bootdisk:
      device: disk
      root_size: 50g
  platform:
    image: noble
---
apiVersion: 'v1.0'
kind: Rack
metadata: {name: r1}
spec:
  tor_switches:
    sw1:
      mgmt_ip: 10.70.0.2
---
apiVersion: 'v1.0'
kind: BaremetalNode
metadata: {name: n1, region: plant7}
spec:
  host_profile: worker
  addressing:
  - network: oob
    address: 10.70.0.11
  - network: pxe
    address: dhcp
  - network: mgmt
    address: 10.72.0.11
  metadata:
    rack: r1
    boot_mac: 52:54:00:07:00:0b
---
apiVersion: 'v1.0'
kind: BaremetalNode
metadata: {name: n2, region: plant7}
spec:
  host_profile: worker
  addressing:
  - network: oob
    address: 10.70.0.12
  - network: pxe
    address: dhcp
  - network: mgmt
    address: 10.72.0.12
  metadata:
    rack: r1
    boot_mac: 52:54:00:07:00:0c
`;

/** A text put in place of another, which must occur exactly once. */
export type Edit = readonly [from: string, to: string];

/** A text with edits applied, one after the other. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    const parts = before.split(from);
    if (parts.length !== 2) throw new Error(`expected once, found ${parts.length - 1} times: ${JSON.stringify(from)}`);
    return parts.join(to);
  }, text);
}
