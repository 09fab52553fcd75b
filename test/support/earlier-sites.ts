/** The one-file form as it was extended: a header, storage by layout, tags, owner data, weights of routes. */
const extendedSeed = `
apiVersion: v1
kind: site_design
metadata: {date: 16-FEB-2017, name: Sample network design, author: ops@plant7.example}
site_name: plant7
network:
  links:
  - name: oob
    bonding: {mode: none}
    mtu: 1500
    linkspeed: 100full
    trunking: {mode: none, default_network: oob}
  - name: pxe
    bonding: {mode: none, hash: default, peer_rate: default, mon_rate: default, up_delay: default, down_delay: default}
    mtu: 1500
    linkspeed: auto
    trunking: {mode: none, default_network: pxe}
  - name: gp
    bonding: {mode: 802.3ad, hash: layer3+4, peer_rate: slow, mon_rate: default}
    mtu: 9000
    linkspeed: auto
    trunking: {mode: tagged, default_network: pub}
  networks:
  - name: oob
    allocation: static
    cidr: 172.16.100.0/24
    ranges: [{type: static, start: 172.16.100.15, end: 172.16.100.254}]
    dns: {domain: ilo.plant7.example, servers: 172.16.100.10}
  - name: pxe
    allocation: dhcp
    mtu: 1500
    cidr: 172.16.0.0/24
    ranges:
    - {type: dhcp, start: 172.16.0.5, end: 172.16.0.254}
  - name: mgmt
    vlan_id: 100
    allocation: static
    cidr: 172.16.1.0/24
    ranges:
    - {type: static, start: 172.16.1.15, end: 172.16.1.253}
    - {type: reserved, start: 172.16.1.1, end: 172.16.1.14}
    routes: [{subnet: 0.0.0.0/0, gateway: 172.16.1.1, weight: 10}]
    dns: {domain: mgmt.plant7.example, servers: "172.16.1.9,172.16.1.10"}
  - name: pub
    allocation: static
    cidr: 172.16.3.0/24
    ranges: [{type: static, start: 172.16.3.15, end: 172.16.3.254}]
host_profiles:
- name: defaults
  oob: {type: ipmi, network: oob, account: admin, credential: {ref: 'env:BEDPLATE_SECRET_OOB'}}
  storage:
    layout: lvm
    bootdisk: {device: boot, root_size: 50g, boot_size: 2g}
    partitions:
    - {name: logs, device: boot, part_uuid: , size: 10g, mountpoint: /var/log, fstype: ext4, mount_options: defaults, fs_uuid: , fs_label: logs}
  platform: {image: ubuntu_16.04, kernel_params: default}
  metadata:
    introspection_url: http://172.16.1.10:9090
    tags: [defaults]
    owner_data: {foo: bar}
- name: k8
  host_profile: defaults
  hardware_profile: HPGen9v3
  interfaces:
  - device_name: pxe
    network_link: pxe
    slaves: [nic01]
    networks: [{name: pxe}]
  - device_name: bond0
    network_link: gp
    slaves: [nic02, nic03]
    networks: [{name: mgmt}, {name: pub}]
  metadata: {roles: "worker, defaults"}
nodes:
- name: w1
  host_profile: k8
  interfaces:
  - device_name: bond0
    networks: [{name: '!pub'}]
  addressing:
  - {network: pxe, address: dhcp}
  - {network: mgmt, address: 172.16.1.21}
  - {network: oob, address: 172.16.100.21}
  metadata: {rack: r1}
`;

const extendedHardware = `
apiVersion: v1
kind: hardware_profile
metadata: {date: 16-FEB-2017, name: Sample hardware, author: ops@plant7.example}
hardware_definition:
- name: HPGen9v3
  vendor: HP
  generation: 8
  version: 3
  bios_version: 2.2.3
  boot_mode: bios
  bootstrap_protocol: pxe
  pxe_interface: 0
  device_aliases:
    pci:
    - {address: 'pci@0000:00:03.0', alias: nic01, type: I350}
    - {address: 'pci@0000:00:04.0', alias: nic02}
    - {address: 'pci@0000:00:05.0', alias: nic03}
    scsi: {address: scsi@2:0.0.0, alias: boot, type: VBOX HARDDISK}
`;

const laterHead = (kind: string, name: string) =>
  `---\napiVersion: 'drydock/v1'\nkind: ${kind}\nmetadata: {name: ${name}, region: plant7, date: 17-FEB-2017, author: ops@plant7.example, description: sample}\nspec:\n`;

/** The later documents: maps by name, disks and volume groups, racks, relays, boot actions. */
const later = [
  `${laterHead("Region", "plant7")}  tag_definitions:
    - {tag: test, definition_type: lshw_xpath, definition: //node}
  authorized_keys:
    - |
      ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdtVs0vHIqX5nn6n1hKjTkSLIUTbkqnGXGD2BEw9Qn5 ops
  repositories:
    remove_unlisted: false
    docker: {repo_type: apt, url: 'https://repo.example', arches: [amd64], distributions: [noble]}
`,
  `${laterHead("NetworkLink", "pxe")}  bonding: {mode: disabled}
  mtu: 1500
  linkspeed: auto
  trunking: {mode: disabled, default_network: pxe}
  allowed_networks: [pxe]
  labels: {noconfig: True}
`,
  `${laterHead("NetworkLink", "gp")}  bonding: {mode: 802.3ad, hash: layer3+4, peer_rate: slow}
  mtu: 9000
  trunking: {mode: 802.1q, default_network: mgmt}
  allowed_networks: [mgmt, private]
`,
  `${laterHead("Rack", "rack1")}  tor_switches:
    sw1: {mgmt_ip: 10.9.9.1, sdn_api_uri: 'polo+https://sdn.example/mgmt?switch=sw1'}
  location: {clli: HSTNTXMOCG0, grid: EG12}
  local_networks: [pxe]
`,
  `${laterHead("Network", "pxe")}  dhcp_relay: {self_ip: 172.16.0.4, upstream_target: 172.16.5.5}
  mtu: 1500
  cidr: 172.16.0.0/24
  ranges: [{type: dhcp, start: 172.16.0.5, end: 172.16.0.254}]
  dns: {domain: admin.plant7.example, servers: 172.16.0.10}
`,
  `${laterHead("Network", "mgmt")}  cidr: 172.16.1.0/24
  routedomain: storage
  ranges: [{type: static, start: 172.16.1.15, end: 172.16.1.254}]
  routes:
    - {subnet: 0.0.0.0/0, gateway: 172.16.1.1, metric: 10}
    - {routedomain: storage, gateway: 172.16.1.1, metric: 100}
  dns: {domain: mgmt.plant7.example, servers: '172.16.1.9,172.16.1.10'}
`,
  `${laterHead("Network", "private")}  vlan: '101'
  cidr: 172.16.2.0/24
  routedomain: storage
  ranges: [{type: static, start: 172.16.2.15, end: 172.16.2.254}]
`,
  `${laterHead("HostProfile", "defaults")}  oob: {type: libvirt, libvirt_uri: 'qemu+ssh://root@10.0.0.1/system'}
  storage:
    physical_devices:
      sda:
        labels: {role: rootdisk}
        partitions:
          - {name: root, size: 20g, bootable: true, filesystem: {mountpoint: /, fstype: ext4, mount_options: defaults}}
          - {name: boot, size: 1g, bootable: false, filesystem: {mountpoint: /boot, fstype: ext4}}
      sdb: {volume_group: log_vg}
    volume_groups:
      log_vg:
        logical_volumes:
          - {name: log_lv, size: 500m, filesystem: {mountpoint: /var/log, fstype: xfs}}
  platform:
    image: xenial
    kernel: ga-16.04
    kernel_params: {quiet: True, console: ttyS2}
  metadata: {tags: [initial], owner_data: {foo: bar}}
`,
  `${laterHead("HostProfile", "k8-node")}  host_profile: defaults
  hardware_profile: HPGen9v3
  primary_network: mgmt
  interfaces:
    pxe: {device_link: pxe, labels: {noconfig: true}, slaves: [nic01], networks: [pxe]}
    bond0: {device_link: gp, slaves: [nic02, nic03], networks: [mgmt, private], sriov: {vf_count: 2, trustedmode: false}}
    old0: {device_link: gp, slaves: [nic04], networks: [mgmt]}
  metadata: {tags: [test]}
`,
  `${laterHead("BaremetalNode", "compute01")}  host_profile: k8-node
  interfaces:
    bond0: {networks: ['!private']}
    old0:
  addressing:
    - {network: pxe, address: dhcp}
    - {network: mgmt, address: 172.16.1.21}
  metadata: {rack: rack1, boot_mac: '52:54:00:12:34:56'}
`,
  `${laterHead("HardwareProfile", "HPGen9v3")}  vendor: HP
  generation: '8'
  hw_version: '3'
  bios_version: '2.2.3'
  boot_mode: bios
  bootstrap_protocol: pxe
  pxe_interface: 0
  device_aliases:
    nic01: {address: '0000:00:03.0', dev_type: I350, bus_type: pci}
    nic02: {address: '0000:00:04.0', dev_type: I350, bus_type: pci}
    nic03: {address: '0000:00:05.0', dev_type: I350, bus_type: pci}
    nic04: {address: '0000:00:06.0', dev_type: I350, bus_type: pci}
`,
  `${laterHead("BootAction", "hello")}  node_filter:
    filter_set_type: union
    filter_set:
      - {filter_type: union, node_names: [compute01], node_labels: {foo: bar}}
  assets:
    - {path: /var/tmp/hello.sh, type: file, permissions: '555', data: aGVsbG8K, data_pipeline: [base64_decode, utf8_decode]}
    - {type: pkg_list, data: {2ping: '3.2.1-1', '0xffff': null}}
`,
  "---\napiVersion: promenade/v1\nkind: KubernetesNetwork\nmetadata: {name: cluster}\nspec: {}\n",
].join("");

/** The one-file form and its file of hardware, by file name. */
export const extendedOneFileSite: Readonly<Record<string, string>> = {
  "bootstrap_hwdefinition.yaml": extendedHardware,
  "bootstrap_seed.yaml": extendedSeed,
};

/** The later documents, by file name. */
export const laterDocumentsSite: Readonly<Record<string, string>> = { "fullsite.yaml": later };
