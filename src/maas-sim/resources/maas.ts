import { DEFAULT_CONFIG, parseConfigValue } from "../config.ts";
import { invalidFields } from "../http/api-error.ts";
import { json, text } from "../http/reply.ts";
import { type Call, operation, query, type Resource } from "../http/resource.ts";

function settingOf(call: Call): string {
  const name = call.form.required("name");
  call.form.check();
  if (name === undefined || !(name in DEFAULT_CONFIG)) {
    const valid = Object.keys(DEFAULT_CONFIG).join(", ");
    throw invalidFields({
      [name ?? "name"]: [`${name} is not a valid config setting (valid settings are: ${valid}).`],
    });
  }
  return name;
}

/** `maas/`: the global configuration. */
export const configResources: readonly Resource[] = [
  {
    handler: "MaasHandler",
    path: "maas/",
    actions: [
      query("get_config", ["name"], (call) => {
        const name = settingOf(call);
        return json(call.sim.state.config.get(name) ?? DEFAULT_CONFIG[name] ?? null);
      }),
      operation("set_config", ["name", "value"], (call) => {
        const name = settingOf(call);
        const { config } = call.sim.state;
        const source = call.form.text("value");
        if (source === undefined) throw invalidFields({ value: ["This field is required."] });
        const value = parseConfigValue(name, source);
        if (value === undefined) throw invalidFields({ value: [`'${source}' does not fit the setting '${name}'.`] });
        const secret = name.includes("password");
        call.writes("config", name, () => ({
          value: secret ? "(hidden)" : (config.get(name) ?? DEFAULT_CONFIG[name]),
        }));
        config.set(name, value);
        return text("OK");
      }),
    ],
  },
];
