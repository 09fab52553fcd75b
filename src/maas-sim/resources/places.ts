import { noSuch } from "../http/api-error.ts";
import { json } from "../http/reply.ts";
import { type Resource, read } from "../http/resource.ts";
import { RACK } from "../sim.ts";
import { POOL, ZONE } from "../views/machine-view.ts";
import { API } from "../views/network-view.ts";
import { otherNodeView } from "../views/other-node-view.ts";

const REGION = {
  system_id: RACK.systemId,
  hostname: RACK.hostname,
  fqdn: `${RACK.hostname}.maas`,
  node_type: 4,
  node_type_name: "Region and rack controller",
  resource_uri: `${API}/regioncontrollers/${RACK.systemId}/`,
};

/** Where machines are and who else there is: the one zone, the one pool, the region controller, and the devices of the world. */
export const placeResources: readonly Resource[] = [
  { handler: "ZonesHandler", path: "zones/", actions: [read([], () => json([ZONE]))] },
  {
    handler: "ZoneHandler",
    path: "zones/{name}/",
    actions: [
      read([], ({ arg }) => {
        if (arg("name") !== ZONE.name) throw noSuch("Zone");
        return json(ZONE);
      }),
    ],
  },
  { handler: "ResourcePoolsHandler", path: "resourcepools/", actions: [read([], () => json([POOL]))] },
  {
    handler: "ResourcePoolHandler",
    path: "resourcepool/{id}/",
    actions: [
      read([], ({ arg }) => {
        if (arg("id") !== String(POOL.id) && arg("id") !== POOL.name) throw noSuch("ResourcePool");
        return json(POOL);
      }),
    ],
  },
  { handler: "RegionControllersHandler", path: "regioncontrollers/", actions: [read([], () => json([REGION]))] },
  {
    handler: "DevicesHandler",
    path: "devices/",
    anonymous: "hidden",
    actions: [
      read(["hostname", "mac_address", "id", "domain", "zone", "pool", "agent_name"], ({ form, sim: { state } }) => {
        const devices = [...state.otherNodes].filter(([systemId, { hostname, type, mac }]) => {
          const fits = (field: string, value: string) => !form.has(field) || form.list(field).includes(value);
          return type === 1 && fits("hostname", hostname) && fits("mac_address", mac) && fits("id", systemId);
        });
        return json(devices.map(([systemId, node]) => otherNodeView(state, systemId, node)));
      }),
    ],
  },
];
