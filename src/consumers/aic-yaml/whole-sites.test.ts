import { describe, expect, it } from "vitest";
import { extendedOneFileSite, laterDocumentsSite } from "../../../test/support/earlier-sites.ts";
import { checkDesign } from "../../../test/support/marked-design.ts";

function errorsOf(found: readonly string[]): readonly string[] {
  return found.filter((each) => each.includes(" error "));
}

describe("a whole site in an earlier form", () => {
  it("may be one file, as it was extended, and one of hardware", () => {
    const { evaluation, found } = checkDesign(extendedOneFileSite);
    expect(errorsOf(found)).toEqual([]);
    expect(evaluation.items.get("Node/w1")?.tree).toMatchObject({
      interfaces: [
        { name: "pxe", device_link: "pxe", slaves: ["nic01"], networks: ["pxe"] },
        { name: "bond0", device_link: "gp", slaves: ["nic02", "nic03"], networks: ["mgmt"] },
      ],
      storage: {
        layout: "lvm",
        boot_drive: { device: "boot", root_size: "50g", boot_size: "2g" },
        physical_devices: [
          {
            name: "boot",
            partitions: [{ name: "logs", size: "10g", filesystem: { mountpoint: "/var/log", fs_label: "logs" } }],
          },
        ],
      },
      platform: { image: "ubuntu_16.04" },
      metadata: { rack: "r1", owner_data: { foo: "bar" }, introspection_url: "http://172.16.1.10:9090" },
      addressing: [{ network: "pxe", address: "dhcp" }, { network: "mgmt" }, { network: "oob" }],
    });
    expect(evaluation.items.get("HostProfile/k8")?.tree.metadata).toMatchObject({ tags: ["worker", "defaults"] });
    expect(evaluation.items.get("NetworkLink/gp")?.tree).toMatchObject({
      bonding: { mode: "802.3ad", hash: "layer3+4", peer_rate: "slow" },
      trunking: { mode: "802.1q", default_network: "pub" },
    });
    expect(evaluation.items.get("Network/mgmt")?.tree).toMatchObject({
      ...{ vlan: 100, allocation: "static", routes: [{ metric: 10 }] },
      dns: { servers: ["172.16.1.9", "172.16.1.10"] },
    });
    expect(evaluation.items.get("HardwareProfile/HPGen9v3")?.tree).toMatchObject({
      ...{ generation: "8", hw_version: "3", bios_version: "2.2.3", pxe_interface: "0" },
      device_aliases: [
        { alias: "nic01", bus_type: "pci", address: "0000:00:03.0", dev_type: "I350" },
        ...[{ alias: "nic02" }, { alias: "nic03" }],
        { alias: "boot", bus_type: "scsi", address: "2:0.0.0" },
      ],
    });
  });

  it("may be the later documents, maps by name and all", () => {
    const { evaluation, found } = checkDesign(laterDocumentsSite);
    expect(errorsOf(found)).toEqual([]);
    expect(found.filter((each) => each.includes(" info foreign-document"))).toHaveLength(1);
    expect(evaluation.items.get("Node/compute01")?.tree).toMatchObject({
      boot_mac: "52:54:00:12:34:56",
      oob: { type: "libvirt", parameters: { libvirt_uri: "qemu+ssh://root@10.0.0.1/system" } },
      interfaces: [
        { name: "pxe", labels: { noconfig: "true" } },
        { name: "bond0", networks: ["mgmt"], sriov: { vf_count: 2, trustedmode: false } },
      ],
      platform: { kernel_params: { quiet: "true", console: "ttyS2" } },
      storage: {
        physical_devices: [
          { name: "sda", partitions: [{ name: "root", bootable: true }, { name: "boot" }] },
          { name: "sdb" },
        ],
        volume_groups: [{ name: "log_vg", logical_volumes: [{ name: "log_lv", size: "500m" }] }],
      },
      metadata: { tags: ["test", "initial"], rack: "rack1" },
    });
    expect(evaluation.items.get("Node/compute01")?.tree.interfaces).toHaveLength(2);
    expect(evaluation.items.get("Rack/rack1")?.tree).toMatchObject({
      ...{ location: { clli: "HSTNTXMOCG0", grid: "EG12" }, local_networks: ["pxe"] },
      tor_switches: [{ name: "sw1", mgmt_ip: "10.9.9.1" }],
    });
    expect(evaluation.items.get("Network/pxe")?.tree).toMatchObject({
      dhcp_relay: { self_ip: "172.16.0.4", upstream_target: "172.16.5.5" },
    });
    expect(evaluation.items.get("BootAction/hello")?.tree).toMatchObject({
      nodes: { any_of: [{ names: ["compute01"] }, { labels: { foo: "bar" } }] },
      assets: [{ permissions: "555" }, { packages: { "2ping": "3.2.1-1", "0xffff": "" } }],
    });
  });
});
