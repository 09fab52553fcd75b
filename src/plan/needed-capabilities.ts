import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { ServerSpecInit } from "./driver-spec/server-spec.ts";
import type { SiteSpecInit } from "./driver-spec/site-spec.ts";

/** Something a driver must be able to do. `parameter` and `value` say which of its kinds, such as `modes` and `802.3ad`; absent where it has none. */
export interface NeededCapability {
  readonly name: string;
  readonly parameter?: string;
  readonly value?: string;
  /** Path of the field of the specification that asks for it; empty when the action does. */
  readonly field: string;
}

/** What the specification of a site needs of its server driver. */
export function siteNeeds(spec: SiteSpecInit): readonly NeededCapability[] {
  const needs: NeededCapability[] = [];
  const networks = spec.networks ?? [];
  if (networks.length > 0) needs.push({ name: "site.networks", field: "networks" });
  if (networks.some(({ dhcp }) => dhcp === true)) needs.push({ name: "site.dhcp", field: "networks" });
  if (networks.some(({ routes = [] }) => routes.length > 0))
    needs.push({ name: "site.static-routes", field: "networks" });
  if (networks.some(({ space = "" }) => space !== "")) needs.push({ name: "site.spaces", field: "networks" });
  if (networks.some(({ dhcpRelayTarget = "" }) => dhcpRelayTarget !== "")) {
    needs.push({ name: "site.dhcp-relay", field: "networks" });
  }
  if (spec.prune === true) needs.push({ name: "site.prune", field: "prune" });
  const beside = {
    domains: spec.domains,
    repositories: spec.repositories,
    scripts: spec.scripts,
    tag_specs: spec.tagSpecs,
  };
  for (const [field, list = []] of Object.entries(beside)) {
    if (list.length > 0) needs.push({ name: `site.${field === "tag_specs" ? "tags" : field}`, field });
  }
  if ((spec.authorizedKeys ?? []).length > 0) needs.push({ name: "site.authorized-keys", field: "authorized_keys" });
  return needs;
}

/** What an action on a machine needs of its server driver. `switchesPower` tells whether that driver owns power. */
export function nodeNeeds(spec: ServerSpecInit, action: Action, switchesPower: boolean): readonly NeededCapability[] {
  switch (action) {
    case Action.ANNOTATE:
      return [{ name: "annotate", field: "" }, ...lockNeeds(spec)];
    case Action.POWER:
      return switchesPower ? [{ name: "power", field: "" }] : [];
    case Action.COMMISSION:
      return commissionNeeds(spec);
    case Action.DEPLOY:
      return [
        ...commissionNeeds(spec),
        ...networkNeeds(spec),
        ...storageNeeds(spec),
        ...installNeeds(spec),
        ...lockNeeds(spec),
      ];
    case Action.RELEASE:
      return eraseNeeds(spec);
    default:
      return [];
  }
}

function eraseNeeds({ erase = "" }: ServerSpecInit): NeededCapability[] {
  return erase === "" ? [] : [{ name: "server.erase", parameter: "modes", value: erase, field: "erase" }];
}

function commissionNeeds({ oob, commission }: ServerSpecInit): NeededCapability[] {
  const needs: NeededCapability[] = [];
  const type = oob?.driverOwnsPower === true ? (oob.type ?? "") : "";
  if (type !== "") needs.push({ name: "server.power", parameter: "types", value: type, field: "oob.type" });
  if (commission !== undefined) needs.push({ name: "server.commission", field: "commission" });
  return needs;
}

function lockNeeds({ locked }: ServerSpecInit): NeededCapability[] {
  return locked === true ? [{ name: "server.lock", field: "locked" }] : [];
}

function networkNeeds({ interfaces = [] }: ServerSpecInit): NeededCapability[] {
  return interfaces.flatMap(({ name = "", link, networks = [], bridges = [] }): NeededCapability[] => {
    const field = `interfaces[${JSON.stringify(name)}]`;
    const needs: NeededCapability[] = [];
    const mode = link?.bondMode ?? "";
    if (mode !== "" && mode !== "disabled") {
      needs.push({ name: "network.bond", parameter: "modes", value: mode, field: `${field}.link.bond_mode` });
    }
    for (const { network, mode: assigned = "" } of networks) {
      const path = `${field}.networks[${JSON.stringify(network?.name ?? "")}]`;
      const isTagged = link?.trunk === true && (network?.vlan ?? 0) > 0 && network?.name !== link.nativeNetwork;
      if (isTagged) needs.push({ name: "network.vlan", field: path });
      if (assigned !== "") needs.push({ name: "network.address", parameter: "modes", value: assigned, field: path });
    }
    for (const { name: bridge = "", type = "" } of bridges) {
      const kind = type === "" ? {} : { parameter: "types", value: type };
      needs.push({ name: "network.bridge", ...kind, field: `${field}.bridges[${JSON.stringify(bridge)}]` });
    }
    return needs;
  });
}

function storageNeeds({ storage }: ServerSpecInit): NeededCapability[] {
  if (storage === undefined) return [];
  const { layout = "", disks = [], volumeGroups = [], raids = [] } = storage;
  const needs: NeededCapability[] = [];
  if (layout !== "") {
    needs.push({ name: "storage.layout", parameter: "layouts", value: layout, field: "storage.layout" });
  }
  if (disks.some(({ partitions = [] }) => partitions.length > 0)) {
    needs.push({ name: "storage.partitions", field: "storage.disks" });
  }
  if (volumeGroups.length > 0) needs.push({ name: "storage.lvm", field: "storage.volume_groups" });
  for (const { name = "", level = "" } of raids) {
    const field = `storage.raids[${JSON.stringify(name)}].level`;
    needs.push({ name: "storage.raid", parameter: "levels", value: level, field });
  }
  return needs;
}

function installNeeds({ kernelParams = {} }: ServerSpecInit): NeededCapability[] {
  // Every installation carries the node's token in its user data.
  const needs: NeededCapability[] = [{ name: "deploy.user-data", field: "" }];
  for (const _ in kernelParams) return [...needs, { name: "deploy.kernel-params", field: "kernel_params" }];
  return needs;
}
