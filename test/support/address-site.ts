import type { JsonObject } from "@bufbuild/protobuf";
import { type DocumentInit, documentOf, nodeDocument, smallSite } from "./state-service.ts";

/** `smallSite` with a second interface on every node: it carries the network "data", in which no node has an address yet. */
export function addressSite(nodes: number, data: JsonObject): DocumentInit[] {
  const kept = smallSite(0).filter(({ kind = "" }) => !["HardwareProfile", "HostProfile"].includes(kind));
  const alias = (index: number) => ({ alias: `nic${index}`, bus_type: "pci", address: `0000:00:0${index + 2}.0` });
  return [
    ...kept,
    documentOf("NetworkLink", "data", { trunking: { mode: "disabled", default_network: "data" } }, 12),
    documentOf("Network", "data", data, 25),
    documentOf("HardwareProfile", "box", { vendor: "Acme", device_aliases: [alias(1), alias(2)] }, 30),
    documentOf(
      "HostProfile",
      "base",
      {
        ...{
          primary_network: "mgmt",
          hardware_profile: "box",
          platform: { image: "noble" },
          storage: { layout: "flat" },
        },
        interfaces: [
          { name: "pxe", device_link: "access", slaves: ["nic1"], networks: ["mgmt"] },
          { name: "eth1", device_link: "data", slaves: ["nic2"], networks: ["data"] },
        ],
      },
      40,
    ),
    ...Array.from({ length: nodes }, (_, index) => nodeDocument(index)),
  ];
}
