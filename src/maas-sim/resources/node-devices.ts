import { noSuch } from "../http/api-error.ts";
import { json } from "../http/reply.ts";
import { type Resource, read } from "../http/resource.ts";
import type { Machine, PciDevice } from "../machine.ts";
import type { SimState } from "../state.ts";
import { interfaceView } from "../views/interface-view.ts";
import { API } from "../views/network-view.ts";
import { machineOf } from "./machine-scope.ts";

/** `device_number` is as misleading as in the real service: only `pci_address` tells the functions of a card apart. */
function deviceView(state: SimState, machine: Machine, device: PciDevice) {
  const nic = device.interfaceId === null ? undefined : machine.interfaces.get(device.interfaceId);
  return {
    id: device.id,
    bus: 1,
    bus_name: "PCIE",
    bus_number: Number.parseInt(device.pciAddress.split(":")[1] ?? "0", 16),
    device_number: 0,
    pci_address: device.pciAddress,
    vendor_id: device.vendorId,
    product_id: device.productId,
    vendor_name: device.vendor,
    product_name: device.product,
    commissioning_driver: device.driver,
    hardware_type: 4,
    hardware_type_name: "Network",
    numa_node: device.numaNode,
    physical_interface: nic === undefined ? null : interfaceView(state, machine, nic),
    physical_blockdevice: null,
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/devices/${device.id}/`,
  };
}

/** `nodes/{system_id}/devices/` and the item below it: where PCI addresses are. */
export const nodeDeviceResources: readonly Resource[] = [
  {
    handler: "NodeDevicesHandler",
    path: "nodes/{system_id}/devices/",
    actions: [
      read(["bus", "hardware_type"], (call) => {
        const machine = machineOf(call);
        const bus = call.form.choice("bus", ["pcie", "usb", "1", "2"]);
        const kind = call.form.choice("hardware_type", ["node", "network", "storage", "gpu", "0", "3", "4", "5"]);
        call.form.check();
        const none = bus === "usb" || bus === "2" || (kind !== undefined && kind !== "network" && kind !== "4");
        return json(none ? [] : machine.pciDevices.map((device) => deviceView(call.sim.state, machine, device)));
      }),
    ],
  },
  {
    handler: "NodeDeviceHandler",
    path: "nodes/{system_id}/devices/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        const device = machine.pciDevices.find(
          ({ id, pciAddress }) => String(id) === call.arg("id") || pciAddress === call.arg("id"),
        );
        if (device === undefined) throw noSuch("NodeDevice");
        return json(deviceView(call.sim.state, machine, device));
      }),
    ],
  },
];
