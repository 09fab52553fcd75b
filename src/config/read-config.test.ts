import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./read-config.ts";

test("a configuration says where to listen, which drivers there are and where their secrets come from", () => {
  const config = readConfig(
    "bedplate.yaml",
    `listen: [127.0.0.1:7070]
data: /var/lib/bedplate
secrets_directory: /etc/bedplate/secrets
drivers:
- name: maas
  plugin: maas
  endpoint: http://127.0.0.1:5240/MAAS
  options: {prune: false}
  secrets:
    api_key: {ref: 'file:maas-key'}
validators:
- {name: names, command: [python3, /opt/names.py, --strict]}
`,
  );
  expect(config).toEqual({
    listen: ["127.0.0.1:7070"],
    data: "/var/lib/bedplate",
    secretsDirectory: "/etc/bedplate/secrets",
    drivers: [
      {
        name: "maas",
        plugin: "maas",
        endpoint: "http://127.0.0.1:5240/MAAS",
        options: { prune: "false" },
        secrets: { api_key: "file:maas-key" },
      },
    ],
    validators: [{ name: "names", command: ["python3", "/opt/names.py", "--strict"] }],
  });
});

test("every mistake is reported at once, each at its place", () => {
  const read = () =>
    readConfig(
      "bedplate.yaml",
      `lisen: 127.0.0.1:7070
plain_introspection: perhaps
drivers:
- name: maas
  secrets:
    api_key: C:T:S
validators:
- {name: a, command: []}
- {name: b, command: x}
- {name: b, command: y}
`,
    );
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    expect((error as ConfigError).problems).toEqual([
      'bedplate.yaml:1:1: unknown key "lisen"; did you mean listen?',
      "bedplate.yaml:2:22: plain_introspection is true or false",
      "bedplate.yaml:4:3: a driver wants name and plugin",
      "bedplate.yaml:6:14: api_key is a mapping",
      "bedplate.yaml:6:14: secret api_key wants {ref: file:NAME} or {ref: env:BEDPLATE_SECRET_NAME}",
      "bedplate.yaml:8:3: a validator wants name and command, such as [python3, /opt/rules.py]",
      "bedplate.yaml:10:3: found validator b a second time, expected names of their own",
    ]);
  }
});

test("an empty file is an empty configuration", () => {
  expect(readConfig("bedplate.yaml", "# nothing yet\n")).toEqual({});
});
