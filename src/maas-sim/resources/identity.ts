import { noSuch } from "../http/api-error.ts";
import { json } from "../http/reply.ts";
import { query, type Resource, read } from "../http/resource.ts";
import { RACK, USER } from "../sim.ts";
import type { SimState } from "../state.ts";
import { API, userView } from "../views/network-view.ts";
import { otherNodeView, RACK_TYPES } from "../views/other-node-view.ts";

const CAPABILITIES = [
  "networks-management",
  "static-ipaddresses",
  "ipv6-deployment-ubuntu",
  "devices-management",
  "storage-deployment-ubuntu",
  "network-deployment-ubuntu",
  "bridging-interface-ubuntu",
  "bridging-automatic-ubuntu",
  "authenticate-api",
];

function rackView() {
  return {
    system_id: RACK.systemId,
    hostname: RACK.hostname,
    fqdn: `${RACK.hostname}.maas`,
    node_type: 2,
    node_type_name: "Rack controller",
    resource_uri: `${API}/rackcontrollers/${RACK.systemId}/`,
  };
}

/** The rack controllers of the world, or the one that tells nobody where its interfaces are. */
function racks(state: SimState): readonly object[] {
  const told = [...state.otherNodes].filter(([, { type }]) => RACK_TYPES.includes(type));
  return told.length === 0 ? [rackView()] : told.map(([systemId, node]) => otherNodeView(state, systemId, node));
}

/** Who answers and who asks: `version/`, `users/`, and the one rack controller. */
export const identityResources: readonly Resource[] = [
  {
    handler: "VersionHandler",
    path: "version/",
    anonymous: "open",
    actions: [read([], () => json({ version: "3.7.3", subversion: "17600-g.simulated", capabilities: CAPABILITIES }))],
  },
  {
    handler: "UsersHandler",
    path: "users/",
    actions: [read([], () => json([userView()])), query("whoami", [], () => json(userView()))],
  },
  {
    handler: "UserHandler",
    path: "users/{username}/",
    actions: [
      read([], ({ arg }) => {
        if (arg("username") !== USER.username) throw noSuch("User");
        return json(userView());
      }),
    ],
  },
  {
    handler: "RackControllersHandler",
    path: "rackcontrollers/",
    actions: [read([], ({ sim: { state } }) => json(racks(state)))],
  },
  {
    handler: "RackControllerHandler",
    path: "rackcontrollers/{system_id}/",
    actions: [
      read([], ({ arg, sim: { state } }) => {
        const rack = racks(state).find((each) => Reflect.get(each, "system_id") === arg("system_id"));
        if (rack === undefined) throw noSuch("RackController");
        return json(rack);
      }),
    ],
  },
];
