import type { LinkSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { mapAt, numberAt, textAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

/** A link as a driver gets it. */
export type LinkSpecInit = Init<typeof LinkSpecSchema>;

/** The driver's form of a link, from its effective tree. */
export function linkSpec(name: string, link: TreeMap): LinkSpecInit {
  const bonding = mapAt(link, "bonding");
  const trunking = mapAt(link, "trunking");
  const spec: LinkSpecInit = present<LinkSpecInit>({
    name,
    mtu: numberAt(link, "mtu"),
    bondMode: textAt(bonding, "mode"),
    bondHash: textAt(bonding, "hash"),
    bondPeerRate: textAt(bonding, "peer_rate"),
    trunk: textAt(trunking, "mode") === "802.1q",
    nativeNetwork: textAt(trunking, "default_network"),
  });
  const [monRate, upDelay, downDelay, gratArp] = ["mon_rate", "up_delay", "down_delay", "num_grat_arp"].map((key) =>
    numberAt(bonding, key),
  );
  return {
    ...spec,
    ...(monRate !== undefined && { bondMonRate: monRate }),
    ...(upDelay !== undefined && { bondUpDelay: upDelay }),
    ...(downDelay !== undefined && { bondDownDelay: downDelay }),
    ...(gratArp !== undefined && { bondNumGratArp: gratArp }),
  };
}
