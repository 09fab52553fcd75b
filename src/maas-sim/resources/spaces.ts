import { badRequest, noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import type { Space } from "../state.ts";
import { spaceView, UNDEFINED_SPACE, UNDEFINED_SPACE_ID } from "../views/network-view.ts";

const FIELDS = ["name", "description"];

/** The space a path names, by id or name; `undefined` for the built-in one. Throws a 404. */
function spaceOf(call: Call): Space | undefined {
  const wanted = call.arg("id");
  if (wanted === String(UNDEFINED_SPACE_ID) || wanted === UNDEFINED_SPACE) return undefined;
  const space = [...call.sim.state.spaces.values()].find(({ id, name }) => String(id) === wanted || name === wanted);
  if (space === undefined) throw noSuch("Space");
  return space;
}

/** The space a path names, which must not be the built-in one. */
function ownSpaceOf(call: Call): Space {
  const space = spaceOf(call);
  if (space === undefined) throw badRequest(`The '${UNDEFINED_SPACE}' space cannot be changed.`);
  return space;
}

function checkName(call: Call, name: string | undefined, self?: Space): void {
  if (!name) return;
  if (!/^[\w-]+$/.test(name)) call.form.fail("name", `Invalid space name: ${name}.`);
  if (name.length > 256) {
    call.form.fail("name", `Ensure this value has at most 256 characters (it has ${name.length}).`);
  }
  const isReserved = name === UNDEFINED_SPACE || /^space-\d+$/.test(name);
  if (isReserved && name !== `space-${self?.id}`) call.form.fail("name", "Reserved space name.");
  const taken = [...call.sim.state.spaces.values()].some((space) => space.name === name && space !== self);
  if (taken) call.form.fail("name", "Space with this Name already exists.");
}

function announce(call: Call, space: Space): void {
  const { state } = call.sim;
  call.writes("space", space.name, () => (state.spaces.has(space.id) ? spaceView(state, space) : null));
}

/** `spaces/` and `spaces/{id}/`. */
export const spaceResources: readonly Resource[] = [
  {
    handler: "SpacesHandler",
    path: "spaces/",
    actions: [
      read([], ({ sim: { state } }) =>
        json([undefined, ...state.spaces.values()].map((space) => spaceView(state, space))),
      ),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const name = call.form.text("name");
        checkName(call, name);
        call.form.check();
        const id = state.nextId("space");
        const space: Space = { id, name: name || `space-${id}`, description: call.form.text("description") ?? "" };
        announce(call, space);
        state.spaces.set(id, space);
        return json(spaceView(state, space));
      }),
    ],
  },
  {
    handler: "SpaceHandler",
    path: "spaces/{id}/",
    actions: [
      read([], (call) => json(spaceView(call.sim.state, spaceOf(call)))),
      update(FIELDS, (call) => {
        const space = ownSpaceOf(call);
        checkName(call, call.form.text("name"), space);
        call.form.check();
        announce(call, space);
        space.name = call.form.text("name") || space.name;
        space.description = call.form.text("description") ?? space.description;
        return json(spaceView(call.sim.state, space));
      }),
      remove([], (call) => {
        const space = ownSpaceOf(call);
        const { state } = call.sim;
        announce(call, space);
        for (const vlan of state.vlans.values()) if (vlan.spaceId === space.id) vlan.spaceId = null;
        state.spaces.delete(space.id);
        return noContent();
      }),
    ],
  },
];
