import { json } from "../http/reply.ts";
import { type Resource, read } from "../http/resource.ts";
import { filterMachines, MACHINE_FILTERS } from "../machines/filter.ts";
import { normalizeMac } from "../machines/mac.ts";
import { machineView } from "../views/machine-view.ts";
import { otherNodeView } from "../views/other-node-view.ts";

/** `nodes/`: machines, and the devices and controllers besides them. The latter can be filtered by name, id and MAC. */
export const nodesResource: Resource = {
  handler: "NodesHandler",
  path: "nodes/",
  anonymous: "hidden",
  actions: [
    read(MACHINE_FILTERS, ({ form, sim }) => {
      const { state } = sim;
      const machines = filterMachines(state, form).map((machine) => machineView(state, machine));
      const ids = [...form.list("id"), ...form.list("system_id")];
      const names = form.list("hostname");
      const macs = form.list("mac_address").map(normalizeMac);
      const others = [...state.otherNodes].filter(
        ([systemId, { hostname, mac }]) =>
          (ids.length === 0 || ids.includes(systemId)) &&
          (names.length === 0 || names.includes(hostname)) &&
          (macs.length === 0 || macs.includes(mac)),
      );
      const views = others.map(([systemId, node]) => otherNodeView(state, systemId, node));
      return json([...machines, ...views]);
    }),
  ],
};
