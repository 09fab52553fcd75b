import { type Action, diffFields } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { member, onlyField } from "../field.ts";
import { type NetworkView, nicPath, nicsPath, ownMtu, parametersOf, vlanIn } from "./interface-tree.ts";
import type { Kept, Segment, Standing } from "./keep-interfaces.ts";
import { blockedName } from "./name-taken.ts";
import { loweredMtu } from "./plan-physical.ts";

const FIELDS: Readonly<Record<string, string>> = {
  name: "name",
  bridge_type: "type",
  bridge_stp: "stp",
  bridge_fd: "forward_delay",
};

/** The bridge over a segment: made once what is below it is in place, or changed where it differs. */
export function planBridge(view: NetworkView, kept: Kept, standing: Standing, segment: Segment): Action[] {
  const { wanted, base, label } = standing;
  const { vlan, carrier, bridge } = segment;
  const { bridge: want, vid, network } = segment.wanted;
  if (want === undefined) return [];
  const object = `interface ${want.name}`;
  const field = `${member("interfaces", wanted.name)}.${member("bridges", want.name)}`;
  const mtuField = `${member("interfaces", wanted.name)}.${member("networks", network ?? "")}.network.mtu`;
  if (bridge !== undefined) {
    const untagged = vlanIn(view.networks, wanted.fabric, 0);
    const mtu = loweredMtu(ownMtu(view.machine, bridge, vlan), base, untagged, standing, view);
    const present = { ...parametersOf(bridge), name: bridge.name, mtu: String(mtu) };
    const diff = diffFields(present, { name: want.name, ...want.parameters });
    if (diff === undefined) return [];
    const { before, after, form } = diff;
    const fields = Object.fromEntries(Object.entries(FIELDS).map(([key, name]) => [key, `${field}.${name}`]));
    const request = { method: "PUT" as const, path: nicPath(view.machine, bridge), form };
    const path = onlyField(form, { ...fields, mtu: mtuField }, field);
    return [
      { object: `interface ${bridge.name}`, field: path, action: "update", before, after, undoes: true, request },
    ];
  }
  const below = vid === 0 ? label : `${label}.${vid}`;
  const parameters = Object.entries(want.parameters);
  const form: FormField[] = [["name", want.name], ["parent", String(carrier?.id ?? "")], ...parameters];
  const fault = blockedName(view, kept, want.name, undefined);
  const isReady = carrier !== undefined && vlan !== undefined && carrier.vlanId === vlan.id;
  return [
    {
      object,
      field,
      action: "create",
      before: "",
      after: [`bridge over ${below}`, ...parameters.map(([name, value]) => `${name} ${value}`)].join(", "),
      ...fault,
      ...(isReady &&
        fault.blocked === undefined && {
          request: { method: "POST", path: nicsPath(view.machine), op: "create_bridge", form },
        }),
    },
  ];
}
