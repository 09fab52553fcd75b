import { type Action, diffFields } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { member } from "../field.ts";
import { type NetworkView, nicPath, nicsPath, ownMtu, vlanIn } from "./interface-tree.ts";
import { type Kept, missingVlan, type Segment, type Standing } from "./keep-interfaces.ts";
import { blockedName } from "./name-taken.ts";
import { loweredMtu } from "./plan-physical.ts";

/** A VLAN interface: made on its interface once that is in its fabric, or changed where its MTU differs. */
export function planVlanInterface(view: NetworkView, kept: Kept, standing: Standing, segment: Segment): Action[] {
  const { wanted, base, label } = standing;
  const { vid, network } = segment.wanted;
  const { vlan, carrier } = segment;
  const name = `${label}.${vid}`;
  const object = `interface ${name}`;
  const mtu = segment.wanted.mtu?.toString();
  const field = member("interfaces", wanted.name) + (network === undefined ? "" : `.${member("networks", network)}`);
  const at = (part: string) => (network === undefined ? field : `${field}.network.${part}`);
  if (carrier !== undefined) {
    const untagged = vlanIn(view.networks, wanted.fabric, 0);
    const now = loweredMtu(ownMtu(view.machine, carrier, vlan), base, untagged, standing, view);
    const diff = diffFields({ mtu: String(now) }, { mtu });
    if (diff === undefined) return [];
    const { before, after, form } = diff;
    const request = { method: "PUT" as const, path: nicPath(view.machine, carrier), form };
    return [{ object, field: at("mtu"), action: "update", before, after, undoes: true, request }];
  }
  const form: FormField[] = [
    ["parent", String(base?.id ?? "")],
    ["vlan", String(vlan?.id ?? "")],
  ];
  if (mtu !== undefined) form.push(["mtu", mtu]);
  const fault =
    vlan === undefined ? { blocked: missingVlan(view, standing, vid) } : blockedName(view, kept, name, undefined);
  // MAAS takes the name of the interface below as it is, and wants both in one fabric.
  const isReady = base !== undefined && base.name === label && base.fabric === wanted.fabric;
  return [
    {
      object,
      field: at("vlan"),
      action: "create",
      before: "",
      after: `vlan ${wanted.fabric}/${vid} on ${label}${mtu === undefined ? "" : `, mtu ${mtu}`}`,
      ...fault,
      ...(isReady &&
        fault.blocked === undefined && {
          request: { method: "POST", path: nicsPath(view.machine), op: "create_vlan", form },
        }),
    },
  ];
}
