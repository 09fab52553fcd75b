import { conflict, noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, operation, query, type Resource, read, remove, update } from "../http/resource.ts";
import type { Machine } from "../machine.ts";
import type { SimState, Tag } from "../state.ts";
import { machineView } from "../views/machine-view.ts";
import { API } from "../views/network-view.ts";

const FIELDS = ["name", "comment", "definition", "kernel_opts"];

function tagView(tag: Tag) {
  return {
    name: tag.name,
    definition: tag.definition,
    comment: tag.comment,
    kernel_opts: tag.kernelOpts,
    resource_uri: `${API}/tags/${tag.name}/`,
  };
}

function find(call: Call): Tag {
  const tag = call.sim.state.tags.get(call.arg("name"));
  if (tag === undefined) throw noSuch("Tag");
  return tag;
}

function holders(state: SimState, tag: Tag): Machine[] {
  return [...state.machines.values()].filter((machine) => machine.tags.has(tag.name));
}

function announce(call: Call, tag: Tag): void {
  const { state } = call.sim;
  call.writes("tag", tag.name, () =>
    state.tags.get(tag.name) === tag
      ? { ...tagView(tag), machines: holders(state, tag).map(({ hostname }) => hostname) }
      : null,
  );
}

function checkName(call: Call, name: string | undefined, self?: Tag): void {
  if (!name) return;
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) call.form.fail("name", "Enter a valid value.");
  const other = call.sim.state.tags.get(name);
  if (other !== undefined && other !== self) call.form.fail("name", "Tag with this Name already exists.");
}

function apply(call: Call, tag: Tag): void {
  tag.definition = call.form.text("definition") ?? tag.definition;
  tag.comment = call.form.text("comment") ?? tag.comment;
  tag.kernelOpts = call.form.text("kernel_opts") ?? tag.kernelOpts;
}

function rename(state: SimState, tag: Tag, name: string): void {
  for (const machine of holders(state, tag)) {
    machine.tags.delete(tag.name);
    machine.tags.add(name);
  }
  state.tags.delete(tag.name);
  tag.name = name;
  state.tags.set(name, tag);
}

const members = (call: Call) => {
  const { state } = call.sim;
  return json(holders(state, find(call)).map((machine) => machineView(state, machine)));
};

/** `tags/` and `tags/{name}/`. */
export const tagResources: readonly Resource[] = [
  {
    handler: "TagsHandler",
    path: "tags/",
    actions: [
      read([], ({ sim }) => json([...sim.state.tags.values()].map(tagView))),
      create(FIELDS, (call) => {
        const name = call.form.required("name");
        checkName(call, name);
        call.form.check();
        const tag: Tag = { name: name ?? "", definition: "", comment: "", kernelOpts: "" };
        announce(call, tag);
        apply(call, tag);
        call.sim.state.tags.set(tag.name, tag);
        return json(tagView(tag));
      }),
    ],
  },
  {
    handler: "TagHandler",
    path: "tags/{name}/",
    actions: [
      read([], (call) => json(tagView(find(call)))),
      query("machines", [], members),
      query("nodes", [], members),
      query("devices", [], (call) => {
        find(call);
        return json([]);
      }),
      update(FIELDS, (call) => {
        const tag = find(call);
        const name = call.form.text("name");
        checkName(call, name, tag);
        call.form.check();
        announce(call, tag);
        apply(call, tag);
        if (name && name !== tag.name) rename(call.sim.state, tag, name);
        return json(tagView(tag));
      }),
      remove([], (call) => {
        const tag = find(call);
        const { state } = call.sim;
        announce(call, tag);
        for (const machine of holders(state, tag)) machine.tags.delete(tag.name);
        state.tags.delete(tag.name);
        return noContent();
      }),
      operation("update_nodes", ["add", "remove", "definition"], (call) => {
        const tag = find(call);
        if (tag.definition !== "") throw conflict("Cannot update nodes of a tag that has a definition.");
        const { state } = call.sim;
        const known = (field: string) => call.form.list(field).flatMap((id) => state.machines.get(id) ?? []);
        const add = known("add");
        const drop = known("remove");
        announce(call, tag);
        for (const machine of add) machine.tags.add(tag.name);
        for (const machine of drop) machine.tags.delete(tag.name);
        return json({ added: add.length, removed: drop.length });
      }),
    ],
  },
];
