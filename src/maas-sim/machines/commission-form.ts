import type { Form } from "../http/form.ts";
import type { CommissionOptions } from "../lifecycle/commission.ts";
import type { Sim } from "../sim.ts";

/** The parameters of a commissioning. */
export const COMMISSION_FIELDS = [
  "enable_ssh",
  "skip_bmc_config",
  "skip_networking",
  "skip_storage",
  "commissioning_scripts",
  "testing_scripts",
];

const BUILT_IN_TESTS: Readonly<Record<string, readonly string[]>> = {
  "smartctl-validate": ["commissioning", "storage"],
  memtester: ["memory", "destructive"],
  "internet-connectivity": ["network", "internet"],
  "stress-ng-cpu-short": ["cpu"],
};

/** Whether a parameter has the form `<script>_<param>` of a script there is. */
export function isScriptParameter(name: string, sim: Sim): boolean {
  const scripts = [...sim.state.scripts.values()].map((script) => script.name).concat(Object.keys(BUILT_IN_TESTS));
  return scripts.some((script) => name.startsWith(`${script}_`));
}

/** Reads the parameters of a commissioning; notes unknown scripts. */
export function commissionOptions(sim: Sim, form: Form): CommissionOptions {
  form.boolean("enable_ssh");
  form.boolean("skip_bmc_config");
  const custom = [...sim.state.scripts.values()].filter((script) => script.type === 0);
  const commissioning = form.text("commissioning_scripts");
  return {
    skipNetworking: form.boolean("skip_networking") ?? false,
    skipStorage: form.boolean("skip_storage") ?? false,
    commissioningScripts:
      commissioning === undefined
        ? custom.map((script) => script.name)
        : pick(form, "commissioning_scripts", new Map(custom.map((script) => [script.name, script.tags]))),
    testingScripts: testingScripts(sim, form),
  };
}

/** Reads `testing_scripts`: names and tags, `none`, or by default those tagged `commissioning`. */
export function testingScripts(sim: Sim, form: Form): readonly string[] {
  const custom = [...sim.state.scripts.values()].filter((script) => script.type === 2);
  const known = new Map([
    ...Object.entries(BUILT_IN_TESTS),
    ...custom.map((script) => [script.name, script.tags] as const),
  ]);
  if (form.text("testing_scripts") !== undefined) return pick(form, "testing_scripts", known);
  return [...known].filter(([, tags]) => tags.includes("commissioning")).map(([name]) => name);
}

function pick(form: Form, field: string, known: ReadonlyMap<string, readonly string[]>): string[] {
  const wanted = form.list(field).flatMap((value) => value.split(",").map((name) => name.trim()));
  const names = wanted.filter((name) => name !== "" && name !== "none");
  if (wanted.includes("none")) return [];
  const picked = new Set<string>();
  for (const name of names) {
    const found = [...known]
      .filter(([script, tags]) => script === name || tags.includes(name))
      .map(([script]) => script);
    if (found.length === 0) form.fail(field, invalidScript(name));
    for (const script of found) picked.add(script);
  }
  return [...picked];
}

function invalidScript(name: string): string {
  return `Select a valid choice. ${name} is not one of the available choices.`;
}
