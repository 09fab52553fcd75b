import { expect, test } from "vitest";
import { type ConfigError, readConfig } from "./read-config.ts";

test("sources say where they are, what they are committed to and where their credentials come from", () => {
  const { sources } = readConfig(
    "bedplate.yaml",
    `sources:
- {name: site, type: git, url: https://git.example/plant7.git, ref: main, path: sites/plant7/, design: plant7, interval: 5m, secrets: {token: {ref: 'file:git-token'}}}
- {name: local, type: git, url: ../plant7.git, design: plant7, layer: design}
- {name: ssh, type: git, url: 'git@git.example:plant7.git', design: plant8, secrets: {ssh_key: {ref: 'env:BEDPLATE_SECRET_KEY'}}}
- {name: ipam, type: netbox, url: 'https://netbox.example', design: plant7, layer: netbox, site: plant7, roles: [server, storage], tag: managed, secrets: {token: {ref: 'file:nb'}}}
`,
  );
  expect(sources).toEqual([
    {
      ...{ type: "git", name: "site", url: "https://git.example/plant7.git", ref: "main", path: "sites/plant7" },
      ...{ username: "git", design: "plant7", intervalSeconds: 300, secrets: { token: "file:git-token" } },
    },
    {
      ...{ type: "git", name: "local", url: "../plant7.git", ref: "HEAD", path: "", username: "git" },
      ...{ design: "plant7", layer: "design", intervalSeconds: 60, secrets: {} },
    },
    {
      ...{ type: "git", name: "ssh", url: "git@git.example:plant7.git", ref: "HEAD", path: "", username: "git" },
      ...{ design: "plant8", intervalSeconds: 60, secrets: { ssh_key: "env:BEDPLATE_SECRET_KEY" } },
    },
    {
      ...{ type: "netbox", name: "ipam", url: "https://netbox.example", design: "plant7", layer: "netbox" },
      ...{ site: "plant7", roles: ["server", "storage"], tag: "managed", intervalSeconds: 60 },
      secrets: { token: "file:nb" },
    },
  ]);
});

test.each([
  ["name: a, type: svn, url: x, design: d", "a source wants type: git or netbox"],
  ["type: git, url: /x", "a source wants name, type, url and design"],
  ["name: a, type: git, url: '-oProxyCommand=x', design: d", "url is no URL"],
  ["name: a, type: git, url: 'ext::sh -c x', design: d", "url is no URL"],
  ["name: a, type: git, url: 'ext::sh', design: d", "url names a program of Git, which is not run"],
  ["name: a, type: git, url: 'http://git.example/x', design: d", "url of a Git source is https, ssh, file or a path"],
  [
    "name: a, type: git, url: 'https://me:word@git.example/x', design: d",
    "url holds credentials: give secrets: {token: {ref: file:NAME}} instead",
  ],
  [
    "name: a, type: git, url: /x, design: d, ref: --upload-pack=x",
    'found "--upload-pack=x" as ref, expected a branch or tag, such as main',
  ],
  ["name: a, type: git, url: /x, design: d, ref: a..b", 'found "a..b" as ref, expected a branch or tag, such as main'],
  [
    "name: a, type: git, url: /x, design: d, path: ../x",
    'found "../x" as path, expected a directory in the repository, such as sites/plant7',
  ],
  [
    "name: a, type: git, url: /x, design: d, interval: often",
    'found "often" as interval, expected 1s to 24h, such as 60s or 5m',
  ],
  [
    "name: a, type: git, url: /x, design: d, secrets: {api_key: {ref: 'file:x'}}",
    "found secret api_key, expected token or ssh_key",
  ],
  ["name: a, type: git, url: /x, design: d, site: x", /unknown key "site"/],
  ["name: a, type: netbox, url: 'https://n', design: d", "a NetBox source wants secrets: {token: {ref: file:NAME}}"],
  [
    "name: a, type: netbox, url: 'http://n', design: d, secrets: {token: {ref: 'file:x'}}",
    "url of a NetBox source is https: its token must not travel in clear",
  ],
])("a source {%s} is refused", (entry, problem) => {
  try {
    readConfig("bedplate.yaml", `sources:\n- {${entry}}\n`);
  } catch (error) {
    const problems = (error as ConfigError).problems.map((each) => each.replace(/^bedplate\.yaml:\d+:\d+: /, ""));
    expect(problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
    return;
  }
  throw new Error("it was taken");
});
