import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { onlyField } from "../field.ts";
import { siteMark } from "./mark.ts";
import { placeLinks } from "./place-links.ts";
import { isDefaultVlan } from "./read-networks.ts";
import type { SiteState } from "./read-site.ts";
import { wantedSpaces, wantedVlans } from "./wanted-vlans.ts";

/** A fabric for each link: one that holds the link's subnets under another name is renamed, else one is made. Errors as `placeLinks` says. */
export function planFabrics(state: SiteState, spec: SiteSpec): Action[] {
  return [...placeLinks(state, spec).values()].flatMap(({ name, fabric }): Action[] => {
    const shown = { object: `fabric ${name}`, field: "name", after: `fabric ${name}` };
    if (fabric?.name === name) return [];
    if (fabric !== undefined) {
      const request = { method: "PUT", path: `fabrics/${fabric.id}/`, form: [["name", name]] } as const;
      return [{ ...shown, action: "update", before: `fabric ${fabric.name}`, undoes: true, request }];
    }
    const form = [
      ["name", name],
      ["class_type", siteMark(spec.name)],
    ] as const;
    return [{ ...shown, action: "create", before: "", request: { method: "POST", path: "fabrics/", form } }];
  });
}

/** The spaces networks name. Those of no network are never looked at here. */
export function planSpaces(state: SiteState, spec: SiteSpec): Action[] {
  return wantedSpaces(spec)
    .filter((name) => !state.spaces.some((space) => space.name === name))
    .map((name) => {
      const form = [
        ["name", name],
        ["description", siteMark(spec.name)],
      ] as const;
      const shown = { object: `space ${name}`, field: "space", before: "", after: `space ${name}` };
      return { ...shown, action: "create", request: { method: "POST", path: "spaces/", form } };
    });
}

/** The VLANs of each link's fabric, with their names, MTU and spaces. */
export function planVlans(state: SiteState, spec: SiteSpec): Action[] {
  const placed = placeLinks(state, spec);
  return spec.links.flatMap((link) => {
    const home = placed.get(link.name);
    const fabric = home?.fabric;
    return wantedVlans(link, spec.networks).flatMap(({ vid, name, mtu, space }): Action[] => {
      const object = `vlan ${home?.name}/${vid}`;
      const vlan = fabric?.vlans.find((candidate) => candidate.vid === vid);
      // What MAAS shows as the name of a fabric's first VLAN is never the one it was given.
      const kept = vlan !== undefined && fabric !== undefined && isDefaultVlan(fabric, vlan);
      const fields = { name: kept ? undefined : name, mtu: mtu === undefined ? undefined : String(mtu), space };
      if (vlan === undefined && (fabric !== undefined || vid !== 0)) {
        const diff = diffFields({}, { vid: String(vid), ...fields });
        const request = fabric && {
          method: "POST" as const,
          path: `fabrics/${fabric.id}/vlans/`,
          form: diff?.form ?? [],
        };
        const after = diff?.after ?? "";
        return [{ object, field: "vlan", action: "create", before: "", after, ...(request && { request }) }];
      }
      // A fabric that is yet to be made brings an untagged VLAN of this kind with it.
      const present = vlan ?? { id: 0, name: "untagged", mtu: 1500, space: "" };
      const diff = diffFields({ name: present.name, mtu: String(present.mtu), space: present.space ?? "" }, fields);
      if (diff === undefined) return [];
      const isFresh = (kept || vid === 0 || present.name === "") && present.mtu === 1500 && !present.space;
      return [
        {
          object,
          field: onlyField(diff.form, { name: "name", mtu: "mtu", space: "space" }, ""),
          action: "update",
          before: diff.before,
          after: diff.after,
          undoes: !isFresh,
          ...(vlan && { request: { method: "PUT", path: `vlans/${vlan.id}/`, form: diff.form } }),
        },
      ];
    });
  });
}
