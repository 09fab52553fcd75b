import { answeredList, number, object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";

/** A device on a bus of a machine, and what MAAS made of it. */
export interface PciDevice {
  /** Without prefix, lower case, such as "0000:18:00.0". */
  readonly address: string;
  readonly vendor: string;
  readonly product: string;
  /** Four lower-case hex digits each; empty or absent when MAAS does not tell. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** Kernel module in use at commissioning; empty for none. */
  readonly driver?: string;
  /** Id of the physical interface on it, 0 for none. */
  readonly nicId: number;
  /** Id of the physical disk on it, 0 for none. */
  readonly diskId: number;
}

/** Reads the devices MAAS found at commissioning: the only place that tells PCI addresses. */
export async function readPciDevices(client: MaasClient, systemId: string): Promise<PciDevice[]> {
  const path = `nodes/${encodeURIComponent(systemId)}/devices/`;
  const answer = answeredList(await client.get({ path }), path, client.target.instance);
  return answer.map((device) => ({
    address: pciAddress(text(device.pci_address)),
    vendor: text(device.vendor_name),
    product: text(device.product_name),
    vendorId: text(device.vendor_id).toLowerCase(),
    productId: text(device.product_id).toLowerCase(),
    driver: text(device.commissioning_driver),
    nicId: number(object(device.physical_interface).id),
    diskId: number(object(device.physical_blockdevice).id),
  }));
}

/** A PCI address in the form MAAS writes: with domain, without prefix, lower case. */
export function pciAddress(source: string): string {
  const bare = source.trim().toLowerCase().replace(/^pci@/, "");
  return /^[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/.test(bare) ? `0000:${bare}` : bare;
}
