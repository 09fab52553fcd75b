import type { Convert } from "../item-context.ts";
import { convertBootAction } from "./boot-action.ts";
import { convertHardwareProfile } from "./hardware-profile.ts";
import { convertHost } from "./host.ts";
import { convertNetwork } from "./network.ts";
import { convertNetworkLink } from "./network-link.ts";
import { convertNode } from "./node.ts";
import { convertRack } from "./rack.ts";
import { convertSite } from "./site.ts";

/** How the kinds these forms know are rewritten, by the kind of the item they declare. */
export const converters: ReadonlyMap<string, Convert> = new Map([
  ["Site", convertSite],
  ["NetworkLink", convertNetworkLink],
  ["Network", convertNetwork],
  ["HardwareProfile", convertHardwareProfile],
  ["HostProfile", convertHost],
  ["Node", convertNode],
  ["Rack", convertRack],
  ["BootAction", convertBootAction],
]);
