import { networkPlan } from "../network-plan.ts";
import type { ItemRule } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

const smallest = 1280;

/** Packets are not cut too small. */
export const smallMtu: ItemRule = {
  id: "small-mtu",
  severity: "warning",
  summary: "An mtu is at least 1280 bytes, which IPv6 demands.",
  why: "IPv6 needs packets of 1280 bytes on every link (RFC 8200, section 5): a smaller mtu on an IPv6 network is an error, since the system then turns IPv6 off. On others it works, slowly, and is most often a slip for 1500 or 9000.",
  kinds: ["Network", "NetworkLink"],
  check(item) {
    const mtu = numberAt(item.tree, "mtu");
    if (mtu === undefined || mtu >= smallest) return [];
    const isIpv6 = item.kind === "Network" && networkPlan(item).block?.version === 6;
    return [
      {
        field: "mtu",
        ...(isIpv6 && { severity: "error" as const }),
        message: `an mtu of ${mtu} is smaller than ${smallest}${isIpv6 ? ", which IPv6 needs" : ""}`,
        hint: "1500 is usual, 9000 for jumbo frames",
      },
    ];
  },
};
