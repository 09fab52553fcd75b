import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { fabricBy } from "../lookup.ts";
import { addFabric, deleteFabric } from "../network/topology.ts";
import type { Fabric } from "../state.ts";
import { fabricView } from "../views/network-view.ts";

const FIELDS = ["name", "description", "class_type"];

function announce(call: Call, fabric: Fabric): void {
  const { state } = call.sim;
  call.writes("fabric", fabric.name, () =>
    // The API tells nobody the description, and yet it is written.
    state.fabrics.has(fabric.id) ? { ...fabricView(state, fabric), description: fabric.description } : null,
  );
}

function checkName(call: Call, name: string | undefined, self?: Fabric): void {
  if (!name) return;
  if (!/^[\w-]+$/.test(name)) call.form.fail("name", `Invalid fabric name: ${name}.`);
  if (name.length > 256) {
    call.form.fail("name", `Ensure this value has at most 256 characters (it has ${name.length}).`);
  }
  if (/^fabric-\d+$/.test(name) && name !== `fabric-${self?.id}`) call.form.fail("name", "Reserved fabric name.");
  const taken = [...call.sim.state.fabrics.values()].some((fabric) => fabric.name === name && fabric !== self);
  if (taken) call.form.fail("name", "Fabric with this Name already exists.");
}

function apply(call: Call, fabric: Fabric): void {
  const { form } = call;
  fabric.name = form.text("name") || fabric.name;
  fabric.description = form.text("description") ?? fabric.description;
  if (form.has("class_type")) fabric.classType = form.text("class_type") || null;
}

/** `fabrics/` and `fabrics/{id}/`. */
export const fabricResources: readonly Resource[] = [
  {
    handler: "FabricsHandler",
    path: "fabrics/",
    actions: [
      read([], ({ sim: { state } }) => json([...state.fabrics.values()].map((fabric) => fabricView(state, fabric)))),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const name = call.form.text("name");
        checkName(call, name);
        call.form.check();
        let made: Fabric | undefined;
        call.writes("fabric", name ?? "", () => (made === undefined ? null : fabricView(state, made)));
        made = addFabric(state, name);
        apply(call, made);
        return json(fabricView(state, made));
      }),
    ],
  },
  {
    handler: "FabricHandler",
    path: "fabrics/{id}/",
    actions: [
      read([], (call) => json(fabricView(call.sim.state, fabricBy(call.sim.state, call.arg("id"))))),
      update(FIELDS, (call) => {
        const fabric = fabricBy(call.sim.state, call.arg("id"));
        checkName(call, call.form.text("name"), fabric);
        call.form.check();
        announce(call, fabric);
        apply(call, fabric);
        return json(fabricView(call.sim.state, fabric));
      }),
      remove([], (call) => {
        const fabric = fabricBy(call.sim.state, call.arg("id"));
        announce(call, fabric);
        deleteFabric(call.sim.state, fabric);
        return noContent();
      }),
    ],
  },
];
