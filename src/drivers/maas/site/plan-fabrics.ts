import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { invalidField } from "../driver-error.ts";
import { onlyField } from "../field.ts";
import { fabricNamed } from "./read-networks.ts";
import type { SiteState } from "./read-site.ts";
import { providerName, wantedVlans } from "./wanted-vlans.ts";

/** A fabric for each link. INVALID_ARGUMENT when two links would share one. */
export function planFabrics(state: SiteState, spec: SiteSpec): Action[] {
  const names = new Map<string, string>();
  for (const [index, link] of spec.links.entries()) {
    const name = providerName(link.name);
    const other = names.get(name);
    if (other !== undefined) {
      throw invalidField(
        `spec.links[${index}].name`,
        `links "${other}" and "${link.name}" would both be the MAAS fabric "${name}"`,
        "rename one of the links",
      );
    }
    names.set(name, link.name);
  }
  return [...names.keys()]
    .filter((name) => fabricNamed(state, name) === undefined)
    .map((name) => ({
      object: `fabric ${name}`,
      field: "name",
      action: "create",
      before: "",
      after: `fabric ${name}`,
      request: { method: "POST", path: "fabrics/", form: [["name", name]] },
    }));
}

/** The VLANs of each link's fabric, with their names and MTU. */
export function planVlans(state: SiteState, spec: SiteSpec): Action[] {
  return spec.links.flatMap((link) => {
    const fabricName = providerName(link.name);
    const fabric = fabricNamed(state, fabricName);
    return wantedVlans(link, spec.networks).flatMap(({ vid, name, mtu }): Action[] => {
      const object = `vlan ${fabricName}/${vid}`;
      const fields = { name, mtu: mtu === undefined ? undefined : String(mtu) };
      const vlan = fabric?.vlans.find((candidate) => candidate.vid === vid);
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
      const present = vlan ?? { id: 0, name: "untagged", mtu: 1500 };
      const diff = diffFields({ name: present.name, mtu: String(present.mtu) }, fields);
      if (diff === undefined) return [];
      const isFresh = present.name === "untagged" && present.mtu === 1500;
      return [
        {
          object,
          field: onlyField(diff.form, { name: "name", mtu: "mtu" }, ""),
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
