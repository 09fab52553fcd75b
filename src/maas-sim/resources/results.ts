import { lshwXml } from "../hardware/lshw-xml.ts";
import { resourcesJson } from "../hardware/resources-json.ts";
import { badRequest, noSuch } from "../http/api-error.ts";
import { json, text } from "../http/reply.ts";
import { type Call, query, type Resource, read } from "../http/resource.ts";
import type { Machine } from "../machine.ts";
import type { ScriptResult, ScriptSet } from "../script.ts";
import { API } from "../views/network-view.ts";
import { machineOf } from "./machine-scope.ts";

const TYPES = { commissioning: 0, testing: 2, installation: 1 } as const;
const STATUS_NAMES = {
  ...{ 0: "Pending", 1: "Running", 2: "Passed", 3: "Failed", 4: "Timed out" },
  ...{ 5: "Aborted", 6: "Degraded", 9: "Skipped" },
} as const;

function outputOf(machine: Machine, result: ScriptResult): string {
  if (result.status !== 2 || machine.hardware === null) return result.output;
  if (result.name === "maas-lshw") return lshwXml(machine.hardware);
  if (result.name === "50-maas-01-commissioning") return resourcesJson(machine.hardware);
  return result.output;
}

function setStatus(set: ScriptSet): ScriptResult["status"] {
  const statuses = set.results.map((result) => result.status);
  return ([3, 4, 5, 1, 0, 6] as const).find((status) => statuses.includes(status)) ?? 2;
}

function setView(machine: Machine, set: ScriptSet, withOutput: boolean, filters: readonly string[]) {
  const time = (at: number | null) => (at === null ? null : new Date(at).toUTCString());
  const runtime =
    set.ended === null ? "" : `0:00:${String(Math.round((set.ended - set.started) / 1000)).padStart(2, "0")}`;
  const status = setStatus(set);
  const results = set.results.filter(
    ({ name, id }) => filters.length === 0 || filters.includes(name) || filters.includes(String(id)),
  );
  return {
    id: set.id,
    system_id: machine.systemId,
    type: TYPES[set.type],
    type_name: set.type.replace(/^./, (letter) => letter.toUpperCase()),
    status,
    status_name: STATUS_NAMES[status],
    started: time(set.started),
    ended: time(set.ended),
    last_ping: time(set.ended ?? set.started),
    runtime,
    results: results.map((result) => {
      const output = Buffer.from(withOutput ? outputOf(machine, result) : "").toString("base64");
      return {
        id: result.id,
        name: result.name,
        script_id: result.scriptId,
        script_revision_id: result.revisionId,
        status: result.status,
        status_name: STATUS_NAMES[result.status],
        exit_status: result.exitStatus,
        started: time(set.started),
        ended: time(set.ended),
        runtime,
        estimated_runtime: runtime,
        parameters: {},
        suppressed: false,
        ...(withOutput ? { output, stdout: output, stderr: "", result: "" } : {}),
      };
    }),
    resource_uri: `${API}/nodes/${machine.systemId}/results/${set.id}/`,
  };
}

function setOf(call: Call, machine: Machine): ScriptSet {
  const wanted = call.arg("id");
  const set = wanted.startsWith("current-")
    ? machine.scriptSets.findLast((candidate) => wanted === `current-${candidate.type}`)
    : machine.scriptSets.find((candidate) => String(candidate.id) === wanted);
  if (set === undefined && !/^\d+$/.test(wanted)) {
    throw badRequest(
      `Unknown id "${wanted}" must be current-commissioning, current-testing, current-installation, or the id number of a specific result.`,
    );
  }
  if (set === undefined) throw noSuch("ScriptSet");
  return set;
}

const filterField = ({ form }: Call) =>
  (form.text("filters") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** `nodes/{system_id}/results/` and the set below it, by id or `current-<type>`. */
export const resultResources: readonly Resource[] = [
  {
    handler: "NodeScriptResultsHandler",
    path: "nodes/{system_id}/results/",
    actions: [
      read(["type", "include_output", "filters"], (call) => {
        const machine = machineOf(call);
        const types = call.form.list("type").flatMap((value) => value.split(","));
        const unknown = types.filter((type) => !(type in TYPES) && type !== "release");
        for (const type of unknown) call.form.fail("type", `'${type}' is not a valid result type.`);
        const withOutput = call.form.boolean("include_output") ?? false;
        call.form.check();
        const sets = machine.scriptSets.filter((set) => types.length === 0 || types.includes(set.type));
        return json(sets.map((set) => setView(machine, set, withOutput, filterField(call))));
      }),
    ],
  },
  {
    handler: "NodeScriptResultHandler",
    path: "nodes/{system_id}/results/{id}/",
    actions: [
      read(["include_output", "filters"], (call) => {
        const machine = machineOf(call);
        const withOutput = call.form.boolean("include_output") ?? false;
        call.form.check();
        return json(setView(machine, setOf(call, machine), withOutput, filterField(call)));
      }),
      query("download", ["filetype", "output", "filters"], (call) => {
        const machine = machineOf(call);
        call.form.choice("filetype", ["txt"]);
        call.form.choice("output", ["combined", "stdout", "stderr", "all"]);
        call.form.check();
        const filters = filterField(call);
        const results = setOf(call, machine).results.filter(
          ({ name }) => filters.length === 0 || filters.includes(name),
        );
        return text(results.map((result) => outputOf(machine, result)).join("\n"));
      }),
    ],
  },
];
