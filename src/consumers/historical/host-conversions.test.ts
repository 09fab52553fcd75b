import { describe, it } from "vitest";
import { type Conversion, expectConversion } from "../../../test/support/historical-conversion.ts";

const conversions: Readonly<Record<string, Conversion>> = {
  "interfaces as a list": {
    kind: "HostProfile",
    written:
      "interfaces:\n- device_name: pxe\n  network_link: pxe\n  slaves:\n  - nic1\n  networks:\n  - name: pxe\n  - name: '!old'\n- device_name: '!bond1'",
    read: {
      interfaces: [
        { name: "pxe", device_link: "pxe", slaves: ["nic1"], networks: ["pxe", "!old"] },
        { name: "!bond1" },
      ],
    },
    places: {
      "interfaces.0.name": "6:16",
      "interfaces.0.device_link": "7:17",
      "interfaces.0.networks.0": "11:11",
      "interfaces.0.networks.1": "12:11",
    },
    notes: {
      'interfaces["pxe"].device_link': "network_link is device_link",
      'interfaces["pxe"].networks': "networks are given by their names",
    },
  },
  "interfaces by name": {
    kind: "HostProfile",
    written: "interfaces:\n  bond0: {device_link: gp, networks: [a, '!b']}\n  pxe:\n  '!bond1': {}",
    read: {
      interfaces: [{ name: "bond0", device_link: "gp", networks: ["a", "!b"] }, { name: "!pxe" }, { name: "!bond1" }],
    },
    places: { "interfaces.0.name": "6:3", "interfaces.1.name": "7:3", "interfaces.0.networks.1": "6:42" },
  },
  "a network with more than a name": {
    kind: "HostProfile",
    written: "interfaces: [{device_name: a, networks: [{name: b, mtu: 1}, {nam: c}]}]",
    read: { interfaces: [{ name: "a", networks: [{ name: "b", mtu: 1 }, { nam: "c" }] }] },
  },
  "a password and further parameters": {
    kind: "HostProfile",
    written: "oob:\n  type: libvirt\n  credential: 007\n  libvirt_uri: qemu+ssh://h\n  port: 623\n  '!old': ''",
    read: {
      oob: {
        type: "libvirt",
        credential: { literal: "007" },
        parameters: { libvirt_uri: "qemu+ssh://h", port: 623, "!old": "" },
      },
    },
    places: { "oob.credential.literal": "7:15", "oob.parameters.libvirt_uri": "8:16", "oob.parameters.port": "9:9" },
    notes: {
      "oob.credential": "a password in clear is a literal secret",
      'oob.parameters["libvirt_uri"]': "a further parameter beside the others",
      'oob.parameters["port"]': "a further parameter beside the others",
      'oob.parameters["old"]': "a further parameter beside the others",
    },
  },
  "parameters beside parameters": {
    kind: "HostProfile",
    written: "oob: {parameters: {a: 1}, extra: 2}",
    read: { oob: { parameters: { a: 1, extra: 2 } } },
  },
  "a credential that is a reference, or unset": {
    kind: "HostProfile",
    written: "oob: {credential: {ref: 'file:x'}}",
    read: { oob: { credential: { ref: "file:x" } } },
    notes: {},
  },
  "a credential that is unset": {
    kind: "HostProfile",
    written: "oob: {credential: '!', account: -1}",
    read: { oob: { credential: "!", account: -1 } },
  },
  "a slip in a field of oob": {
    kind: "HostProfile",
    written: "oob: {acount: admin, credentials: x}",
    read: { oob: { acount: "admin", credentials: "x" } },
  },
  "the word default for kernel parameters": {
    kind: "HostProfile",
    written: "platform: {image: noble, kernel_params: default}",
    read: { platform: { image: "noble" } },
    notes: { "platform.kernel_params": "the word default leaves the parameters to the image" },
  },
  "kernel parameters by name": {
    kind: "HostProfile",
    written: "platform: {kernel_params: {quiet: True, '!splash': '', isolcpus: 2}}",
    read: { platform: { kernel_params: { quiet: "true", "!splash": "", isolcpus: 2 } } },
    notes: { 'platform.kernel_params["quiet"]': "True is true" },
  },
  "kernel parameters that are switched": {
    kind: "HostProfile",
    written: "platform: {kernel_params: {a: true, b: FALSE, c: 'True', d: off, e: yes}}",
    read: { platform: { kernel_params: { a: true, b: "false", c: "True", d: "off", e: "yes" } } },
    places: { "platform.kernel_params.b": "5:40" },
    notes: { 'platform.kernel_params["b"]': "FALSE is false" },
  },
  "the flag of a primary interface": {
    kind: "HostProfile",
    written:
      "interfaces:\n- {device_name: a, primary: true, networks: [{name: m}, '!s']}\n- {device_name: b, primary: false, networks: [p]}",
    read: {
      interfaces: [
        { name: "a", networks: ["m", "!s"] },
        { name: "b", networks: ["p"] },
      ],
      primary_network: "m",
    },
    places: { primary_network: "6:53" },
    notes: {
      'interfaces["a"].networks': "networks are given by their names",
      primary_network: "the network of the interface that is primary",
      'interfaces["b"]': "an interface is not primary unless primary_network says so",
    },
  },
  "the flag of a primary interface beside the primary network": {
    kind: "Node",
    written: "primary_network: p\ninterfaces: {a: {primary: yes, networks: [m]}}",
    read: { primary_network: "p", interfaces: [{ name: "a", networks: ["m"] }] },
  },
  "SR-IOV in the words of one of two schemas": {
    kind: "Node",
    written: "interfaces: [{name: a, sriov: {vf_count: 2, trustmode: true}}]",
    read: { interfaces: [{ name: "a", sriov: { vf_count: 2, trustedmode: true } }] },
    notes: { 'interfaces["a"].sriov.trustedmode': "trustmode is trustedmode" },
  },
  "roles, behind the tags": {
    kind: "HostProfile",
    written: "metadata:\n  tags: [a, b]\n  roles: b, c",
    read: { metadata: { tags: ["a", "b", "c"] } },
    places: { "metadata.tags.1": "6:13", "metadata.tags.2": "7:13" },
    notes: { "metadata.tags": "roles are tags" },
  },
  "roles alone, as a list, as a number": {
    kind: "HostProfile",
    written: "metadata: {roles: [x, '!y']}",
    read: { metadata: { tags: ["x", "!y"] } },
  },
  "a role that is a number": { kind: "Node", written: "metadata: {roles: 7}", read: { metadata: { tags: [7] } } },
  "roles of nothing": { kind: "Node", written: "metadata:\n  roles:", read: { metadata: {} } },
  "roles beside tags that are none": {
    kind: "Node",
    written: "metadata: {roles: a, tags: b}",
    read: { metadata: { roles: "a", tags: "b" } },
  },
  "the boot drive's earlier names": {
    kind: "HostProfile",
    written: "storage:\n  bootdisk:\n    device: disk\n    bootsize: 2g\n    rootsize: 50g",
    read: { storage: { boot_drive: { device: "disk", boot_size: "2g", root_size: "50g" } } },
    places: { "storage.boot_drive.root_size": "9:15" },
    notes: {
      "storage.boot_drive": "bootdisk is boot_drive",
      "storage.boot_drive.boot_size": "bootsize is boot_size",
      "storage.boot_drive.root_size": "rootsize is root_size",
    },
  },
  "partitions listed apart from their disks": {
    kind: "HostProfile",
    written:
      "storage:\n  partitions:\n  - name: logs\n    device: sda\n    size: 10g\n    mountpoint: /var/log\n    fstype: ext4\n  - {name: data, device: sdb, size: 5g}\n  - {name: '!old', device: sda}",
    read: {
      storage: {
        physical_devices: [
          {
            name: "sda",
            partitions: [
              { name: "logs", size: "10g", filesystem: { mountpoint: "/var/log", fstype: "ext4" } },
              { name: "!old" },
            ],
          },
          { name: "sdb", partitions: [{ name: "data", size: "5g" }] },
        ],
      },
    },
    places: {
      "storage.physical_devices.0.name": "8:13",
      "storage.physical_devices.0.partitions.0.size": "9:11",
      "storage.physical_devices.0.partitions.0.filesystem.mountpoint": "10:17",
      "storage.physical_devices.1.partitions.0.size": "12:37",
    },
    notes: {
      "storage.physical_devices": "partitions stand under their device",
      'storage.physical_devices["sda"].partitions["logs"].filesystem':
        "mountpoint and the like are the filesystem of a partition",
    },
  },
  "a partition of a disk that is listed": {
    kind: "HostProfile",
    written:
      "storage: {physical_devices: {sda: {partitions: {root: {size: 1g}}}}, partitions: [{name: x, device: sda}]}",
    read: {
      storage: { physical_devices: [{ name: "sda", partitions: [{ name: "root", size: "1g" }, { name: "x" }] }] },
    },
  },
  "a partition that names no disk": {
    kind: "HostProfile",
    written: "storage: {bootdisk: {device: sda}, partitions: [{name: x, size: 1g}]}",
    read: {
      storage: {
        boot_drive: { device: "sda" },
        physical_devices: [{ name: "sda", partitions: [{ name: "x", size: "1g" }] }],
      },
    },
  },
  "disks and volume groups by name": {
    kind: "HostProfile",
    written:
      "storage: {physical_devices: {sda: {partitions: {a: {size: 1g}, b: }}, sdb: }, volume_groups: {vg: {logical_volumes: {lv: {size: 2g}}}}}",
    read: {
      storage: {
        physical_devices: [{ name: "sda", partitions: [{ name: "a", size: "1g" }, { name: "!b" }] }, { name: "!sdb" }],
        volume_groups: [{ name: "vg", logical_volumes: [{ name: "lv", size: "2g" }] }],
      },
    },
  },
  "a boot volume of no size": {
    kind: "HostProfile",
    written: "storage: {bootdisk: {device: sda, root_size: 100g, boot_size: '0'}}",
    read: { storage: { boot_drive: { device: "sda", root_size: "100g" } } },
    notes: {
      "storage.boot_drive": "bootdisk is boot_drive",
      "storage.boot_drive.boot_size": "a size of 0 is no boot volume of its own",
    },
  },
  "a boot volume of no size in place of an inherited one": {
    kind: "HostProfile",
    written: "host_profile: base\nstorage: {bootdisk: {boot_size: 0}}",
    read: { host_profile: "base", storage: { boot_drive: { boot_size: "!" } } },
  },
  "one partition and one interface without a list": {
    kind: "HostProfile",
    written:
      "storage:\n  partitions:\n    name: logs\n    device: sda\n    size: 10g\ninterfaces:\n  device_name: bond0\n  device_link: gp\n  networks: [a]",
    read: {
      storage: { physical_devices: [{ name: "sda", partitions: [{ name: "logs", size: "10g" }] }] },
      interfaces: [{ name: "bond0", device_link: "gp", networks: ["a"] }],
    },
    places: { "interfaces.0.name": "11:16" },
  },
  "partitions by name, apart from their disks": {
    kind: "HostProfile",
    written: "storage: {partitions: {logs: {device: sda, size: 10g}}}",
    read: { storage: { physical_devices: [{ name: "sda", partitions: [{ name: "logs", size: "10g" }] }] } },
  },
  "a volume group of a partition by its short name": {
    kind: "HostProfile",
    written: "storage: {physical_devices: {sda: {partitions: [{name: a, vg: data}]}}}",
    read: { storage: { physical_devices: [{ name: "sda", partitions: [{ name: "a", volume_group: "data" }] }] } },
    notes: {
      'storage.physical_devices["sda"].partitions["a"].volume_group': "vg is volume_group",
      "storage.physical_devices": "physical_devices by name are a list",
    },
  },
  "the MAC a node boots from": {
    kind: "Node",
    written: "metadata:\n  rack: r1\n  boot_mac: 52:54:00:12:34:56",
    read: { metadata: { rack: "r1" }, boot_mac: "52:54:00:12:34:56" },
    places: { boot_mac: "7:13" },
    notes: { boot_mac: "metadata.boot_mac is boot_mac" },
  },
};

describe("a host in earlier words", () => {
  it.each(Object.entries(conversions))("is read in words of today: %s", (_, conversion) =>
    expectConversion(conversion),
  );
});
