import { carriedPath, hostInterfaces } from "../host-interfaces.ts";
import { linkTraffic } from "../links.ts";
import type { Finding, ItemRule } from "../rule.ts";

const bootInterface = "pxe";

/** A machine boots from untagged frames. */
export const bootNetwork: ItemRule = {
  id: "boot-network",
  severity: "warning",
  summary: "The network of the boot interface is untagged on its link.",
  why: "The firmware of a network card sends its boot requests without a VLAN tag, so a network that rides tagged on the link of the interface `pxe` is never asked. Name it in `trunking.default_network` of the link, or attach the interface to a link of its own. Some firmware can be set up with a tag: then ignore this.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }, context) {
    const boot = hostInterfaces(tree).find(({ name }) => name === bootInterface);
    const link = boot && context.lookup("NetworkLink", boot.link);
    if (boot === undefined || link === undefined) return [];
    const { isTrunk, native } = linkTraffic(link);
    if (!isTrunk || !context.isWhole(link, "trunking") || boot.networks.some((network) => network === native))
      return [];
    return boot.networks.slice(0, 1).map(
      (network): Finding => ({
        field: carriedPath(boot, network),
        message: `a machine can't boot from network ${network}, which rides tagged on link ${link.name}`,
        hint: `set trunking.default_network of ${link.name} to ${network}, or attach the boot interface to another link`,
        related: [{ kind: "NetworkLink", name: link.name, field: "trunking", message: "the link" }],
      }),
    );
  },
};
