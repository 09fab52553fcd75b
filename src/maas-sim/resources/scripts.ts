import { badRequest, noSuch } from "../http/api-error.ts";
import { json, noContent, text } from "../http/reply.ts";
import { type Call, operation, query, type Resource, read, remove, update } from "../http/resource.ts";
import type { Script } from "../script.ts";
import { builtInScripts, isBuiltIn } from "../scripts/built-in.ts";
import { SCRIPT_FIELDS, scriptFields, scriptText, withOwnTags } from "../scripts/script-form.ts";
import { API } from "../views/network-view.ts";

const TYPE_NAMES = { 0: "Commissioning script", 2: "Testing script", 3: "Release script" } as const;
const HARDWARE_NAMES = ["Node", "CPU", "Memory", "Storage", "Network", "GPU"];
const PARALLEL_NAMES = ["Disabled", "Run along other instances of this script", "Run along any other script."];
/** The most revisions kept of a script. */
const MAX_REVISIONS = 100;

function scriptView(script: Script, withText: boolean) {
  const clock = (value: number) => String(value).padStart(2, "0");
  const seconds = script.timeoutSeconds;
  return {
    id: script.id,
    name: script.name,
    title: script.title,
    description: script.description,
    tags: script.tags,
    type: script.type,
    type_name: TYPE_NAMES[script.type],
    hardware_type: script.hardwareType,
    hardware_type_name: HARDWARE_NAMES[script.hardwareType],
    parallel: script.parallel,
    parallel_name: PARALLEL_NAMES[script.parallel],
    timeout: `${Math.floor(seconds / 3600)}:${clock(Math.floor(seconds / 60) % 60)}:${clock(seconds % 60)}`,
    parameters: script.parameters,
    results: script.results,
    packages: script.packages,
    destructive: script.destructive,
    may_reboot: script.mayReboot,
    recommission: script.recommission,
    apply_configured_networking: script.applyConfiguredNetworking,
    default: isBuiltIn(script.name),
    for_hardware: script.forHardware,
    history: script.history
      .map(({ id, comment, created, text: source }) => ({
        id,
        comment,
        created: new Date(created).toUTCString().replace("GMT", "-0000"),
        ...(withText ? { data: Buffer.from(source).toString("base64") } : {}),
      }))
      .reverse(),
    resource_uri: `${API}/scripts/${script.name}`,
  };
}

function find(call: Call): Script {
  const script = [...call.sim.state.scripts.values(), ...builtInScripts()].find(
    ({ name, id }) => name === call.arg("name") || String(id) === call.arg("name"),
  );
  if (script === undefined) throw noSuch("Script");
  return script;
}

function announce(call: Call, script: Script): void {
  const { scripts } = call.sim.state;
  call.writes("script", script.name, () => (scripts.get(script.name) === script ? scriptView(script, true) : null));
}

function addRevision(call: Call, script: Script, source: string): void {
  const { sim, form } = call;
  const created = sim.scheduler.now();
  script.history.push({ id: sim.state.nextId("result"), comment: form.text("comment") || null, created, text: source });
  if (script.history.length > MAX_REVISIONS) script.history.shift();
}

function createScript(call: Call) {
  const fields = scriptFields(call, undefined);
  call.form.check();
  const { state } = call.sim;
  const script: Script = { ...fields, id: state.nextId("script"), history: [] };
  announce(call, script);
  addRevision(call, script, scriptText(call) ?? "");
  state.scripts.set(script.name, script);
  return json(scriptView(script, false));
}

/** A script that was uploaded. Throws a 400 for one that comes with the service, which can't be changed. */
function custom(call: Call, what: string): Script {
  const script = find(call);
  if (isBuiltIn(script.name)) throw badRequest(`["Unable to ${what} default script"]`);
  return script;
}

function updateScript(call: Call) {
  const script = find(call);
  if (isBuiltIn(script.name)) {
    for (const field of call.form.names) call.form.fail(field, "Not allowed to change on default scripts.");
    call.form.check();
  }
  const fields = scriptFields(call, script);
  call.form.check();
  announce(call, script);
  const source = scriptText(call);
  const { scripts } = call.sim.state;
  scripts.delete(script.name);
  Object.assign(script, fields);
  scripts.set(script.name, script);
  if (source !== undefined && source !== script.history.at(-1)?.text) addRevision(call, script, source);
  return json(scriptView(script, false));
}

function changeTag(call: Call, add: boolean) {
  const script = find(call);
  const tag = call.form.required("tag");
  call.form.check();
  announce(call, script);
  const others = script.tags.filter((candidate) => candidate !== tag);
  const chosen = add && tag !== undefined ? [...others, tag] : others;
  script.tags = withOwnTags(chosen, script.hardwareType, script.destructive);
  return json(scriptView(script, false));
}

function revisionOf(call: Call, script: Script, field: string) {
  const wanted = call.form.integer(field, { min: -MAX_REVISIONS, max: 1e15 });
  call.form.check();
  const newest = script.history.length - 1;
  const index =
    wanted === undefined ? newest : wanted <= 0 ? newest + wanted : script.history.findIndex(({ id }) => id === wanted);
  const revision = script.history[index];
  if (revision === undefined) throw noSuch("VersionedTextFile");
  return { index, revision };
}

/** `scripts/` and `scripts/{name}`, which has no trailing slash. */
export const scriptResources: readonly Resource[] = [
  {
    handler: "NodeScriptsHandler",
    path: "scripts/",
    actions: [
      read(["type", "hardware_type", "include_script", "filters"], ({ form, sim }) => {
        const withText = form.boolean("include_script") ?? false;
        const type = form.text("type");
        const filters = form
          .text("filters")
          ?.split(",")
          .map((filter) => filter.trim());
        const hardware = form.text("hardware_type");
        form.check();
        const scripts = [...builtInScripts(), ...sim.state.scripts.values()].filter(
          (script) =>
            (!type ||
              TYPE_NAMES[script.type].toLowerCase().startsWith(type.toLowerCase()) ||
              String(script.type) === type) &&
            (!hardware || HARDWARE_NAMES[script.hardwareType]?.toLowerCase() === hardware.toLowerCase()) &&
            (!filters || filters.some((filter) => script.name === filter || script.tags.includes(filter))),
        );
        return json(scripts.map((script) => scriptView(script, withText)));
      }),
      { method: "POST", op: null, accepts: SCRIPT_FIELDS, acceptsFiles: true, run: createScript },
    ],
  },
  {
    handler: "NodeScriptHandler",
    path: "scripts/{name}",
    actions: [
      read(["include_script"], (call) => json(scriptView(find(call), call.form.boolean("include_script") ?? false))),
      { ...update(SCRIPT_FIELDS, updateScript), acceptsFiles: true },
      remove([], (call) => {
        const script = custom(call, "delete");
        announce(call, script);
        call.sim.state.scripts.delete(script.name);
        return noContent();
      }),
      query("download", ["revision"], (call) => text(revisionOf(call, find(call), "revision").revision.text)),
      operation("revert", ["to"], (call) => {
        const script = custom(call, "revert");
        call.form.required("to");
        const { index } = revisionOf(call, script, "to");
        announce(call, script);
        script.history.splice(index + 1);
        return json(scriptView(script, false));
      }),
      operation("add_tag", ["tag"], (call) => changeTag(call, true)),
      operation("remove_tag", ["tag"], (call) => changeTag(call, false)),
    ],
  },
];
