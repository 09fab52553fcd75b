import type { Fields, NoteConversion } from "../located.ts";
import type { Problems } from "../problems.ts";
import { convertHardwareProfile } from "./hardware-profile.ts";
import { convertHost, convertNode } from "./host.ts";
import { convertNetwork } from "./network.ts";
import { convertNetworkLink } from "./network-link.ts";
import { convertRack } from "./rack.ts";
import { convertSite } from "./site.ts";

/** Rewrites the fields of one item into those of its kind, in place. */
export type Convert = (fields: Fields, note: NoteConversion, problems: Problems) => void;

/** The kinds these forms know, by the kind of the item they declare. */
export const converters: Readonly<Record<string, Convert>> = {
  Site: convertSite,
  NetworkLink: convertNetworkLink,
  Network: convertNetwork,
  HardwareProfile: convertHardwareProfile,
  HostProfile: convertHost,
  Node: convertNode,
  Rack: convertRack,
  BootAction: () => {},
};
