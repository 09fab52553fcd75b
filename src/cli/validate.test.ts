import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedplate } from "../../test/support/offline-command.ts";
import { soundDesign } from "../../test/support/sound-design.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bedplate-validate-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A new directory with these files in it. */
function directoryWith(files: Readonly<Record<string, string | Buffer>>): string {
  const path = mkdtempSync(join(folder, "design-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

interface Printed {
  readonly valid: boolean;
  readonly diagnostics: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly location: { readonly uri: string; readonly line: number; readonly column: number };
  }[];
  readonly summary: { readonly items: Readonly<Record<string, number>> };
}

async function validated(path: string): Promise<{ code: number | null; printed: Printed }> {
  const { code, stdout, stderr } = await bedplate(["validate", path, "-o", "json"]);
  expect(stderr).toBe("");
  return { code, printed: JSON.parse(stdout) };
}

const rulesOf = (printed: Printed) => printed.diagnostics.map(({ rule, location }) => `${location.line} ${rule}`);

describe("bedplate validate", () => {
  it("ends with 0 for the example site, and says what is in it", async () => {
    const { code, stdout, stderr } = await bedplate(["validate", "examples/site"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      "valid: 0 errors, 1 warning, 0 notices; 2 HardwareProfile, 5 HostProfile, 6 Network, 3 NetworkLink, 12 Node, 2 Rack, 1 Site",
    );
  });

  it("ends with 1 for the broken one, each finding at file:line:column with its hint", async () => {
    const { code, stdout } = await bedplate(["validate", "examples/broken"]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'examples/broken/bootstrap_seed.yaml:145:17: error unknown-reference: host profile "defaults" doesn\'t exist [HostProfile/k8-node]\n    hint: did you mean "default"?\n',
    );
    expect(stdout).toContain(
      "examples/broken/bootstrap_seed.yaml:191:14: error duplicate-address: 172.20.1.20 is given to controller01 already [Node/compute01]\n",
    );
    expect(stdout).toContain("    examples/broken/bootstrap_seed.yaml:174:14: controller01 has it\n");
  });

  it("prints JSON of a fixed shape, the same as YAML, and nothing else", async () => {
    const { code, printed } = await validated("examples/broken/bootstrap_seed.yaml");
    expect(code).toBe(1);
    expect(Object.keys(printed)).toEqual(["valid", "diagnostics", "summary"]);
    expect(printed.valid).toBe(false);
    expect(printed.summary).toEqual({ items: { HostProfile: 2, Network: 3, NetworkLink: 3, Node: 2, Site: 1 } });
    const keys = ["rule", "severity", "message", "hint", "kind", "name", "field", "location", "related"];
    const place = { uri: expect.any(String), line: expect.any(Number), column: expect.any(Number) };
    for (const each of printed.diagnostics) {
      expect(Object.keys(each)).toEqual(keys);
      expect(each).toEqual({
        ...Object.fromEntries(
          ["rule", "message", "hint", "kind", "name", "field"].map((key) => [key, expect.any(String)]),
        ),
        severity: expect.stringMatching(/^(error|warning|info)$/),
        location: place,
        related: expect.any(Array),
      });
      expect(JSON.stringify(each)).not.toContain("null");
    }
    const asYaml = await bedplate(["validate", "examples/broken/bootstrap_seed.yaml", "-o", "yaml"]);
    expect(load(asYaml.stdout)).toEqual(printed);
  });

  it("finds the same whether files or their directory are named, and reads a file once", async () => {
    const files = ["hwdefinition", "profiles", "seed"].map((part) => `examples/site/bootstrap_${part}.yaml`);
    const directory = await bedplate(["validate", "examples/site"]);
    expect(await bedplate(["validate", ...files])).toEqual(directory);
    expect(await bedplate(["validate", "examples/site", "./examples/site/bootstrap_seed.yaml"])).toMatchObject({
      code: 0,
    });
  });

  it("gives a place to what is about the whole design", async () => {
    const path = directoryWith({ "a.yaml": "apiVersion: v1\nkind: Rack\nmetadata: {name: r1}\n" });
    const { code, printed } = await validated(path);
    expect(code).toBe(0);
    expect(printed.diagnostics).toMatchObject([
      { rule: "missing-site", location: { uri: join(path, "a.yaml"), line: 1, column: 1 } },
    ]);
  });

  it("reports a bad file among good ones, and checks the good ones", async () => {
    const bad: Readonly<Record<string, string | Buffer>> = {
      "binary.yaml": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]),
      "bomb.yaml": Array.from({ length: 9 }, (_, i) =>
        i === 0 ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]" : `a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`,
      ).join("\n"),
      "deep.yaml": "[".repeat(100_000),
      "latin1.yaml": Buffer.from("apiVersion: v1\nkind: Rack\nmetadata: {name: r9, description: f\xfcr}\n", "latin1"),
    };
    const { code, printed } = await validated(directoryWith({ "a-good.yaml": soundDesign, ...bad }));
    expect(code).toBe(1);
    expect(printed.summary.items).toMatchObject({ Node: 2, Site: 1, Rack: 2 });
    expect(rulesOf(printed)).toEqual(["1 not-text", "7 yaml-limit", "1 yaml-limit", "3 not-utf8"]);
  });

  it("refuses a file that is too large without reading it", async () => {
    const path = directoryWith({ "a.yaml": soundDesign, "huge.yaml": "" });
    truncateSync(join(path, "huge.yaml"), 1024 ** 3);
    const { code, printed } = await validated(path);
    expect(code).toBe(1);
    expect(rulesOf(printed)).toEqual(["1 file-too-large"]);
    expect(await bedplate(["validate", join(path, "huge.yaml")])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/huge\.yaml:1:1: error file-too-large: the file has more than 16777216 bytes\n/),
    });
  });

  it("doesn't wait for what isn't a file", async () => {
    const path = directoryWith({ "a.yaml": soundDesign });
    execFileSync("mkfifo", [join(path, "pipe.yaml")]);
    const { code, printed } = await validated(path);
    expect(code).toBe(1);
    expect(printed.diagnostics.map(({ rule }) => rule)).toEqual(["not-a-file"]);
    expect(await bedplate(["validate", join(path, "pipe.yaml")])).toMatchObject({ code: 2 });
  });

  it("ends with 2 and one line for what can't be a design", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const file = join(directoryWith({ "a.yaml": soundDesign }), "a.yaml");
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);
    const comment = join(directoryWith({ "c.yaml": "# nothing\n" }), "c.yaml");
    const blank = join(directoryWith({ "b.yaml": "" }), "b.yaml");
    for (const path of [
      empty,
      join(folder, "missing"),
      join(file, "child.yaml"),
      loop,
      "x".repeat(300),
      comment,
      blank,
      "",
    ]) {
      const { code, stdout, stderr } = await bedplate(["validate", path]);
      expect({ path, code, stdout }).toEqual({ path, code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+; [^\n]+\n$/);
    }
  });

  it("ends with 2 for wrong usage", async () => {
    for (const args of [
      ["validate"],
      ["validate", "examples/site", "-o", "xml"],
      ["validate", "--nonsense"],
      ["valdate"],
    ]) {
      const { code, stdout, stderr } = await bedplate(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
    }
  });

  it("prints what files say without letting a terminal obey it", async () => {
    const path = directoryWith({
      "a.yaml": 'apiVersion: v1\nkind: Network\nmetadata: {name: a}\nspec: {cidr: "\\e[31m\\n1", "\\e]0;x\\a": 1}\n',
    });
    const { stdout } = await bedplate(["validate", path]);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(stdout).toContain("network-cidr");
  });

  it("goes quietly when nobody reads on", async () => {
    const child = spawn(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "src/cli/main.ts",
      "resolve",
      "examples/site",
      "-o",
      "json",
    ]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(stderr).toBe("");
  });

  it("loads nothing of what only a server needs", async () => {
    const hook = `import { registerHooks } from "node:module"; const seen = []; registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } }); process.on("exit", () => process.stderr.write(seen.join("\\n")));`;
    const { code, stderr } = await bedplate(
      ["validate", "examples/site"],
      ["--import", `data:text/javascript,${encodeURIComponent(hook)}`],
    );
    const loaded = stderr.split("\n");
    expect(code).toBe(0);
    expect(loaded.some((url) => url.endsWith("src/validate/validate-design.ts"))).toBe(true);
    const heavy =
      /\/src\/(?:db|mesh|state|orchestrator|control|introspection|plugins|drivers|maas-sim|main\.ts)|pglite|postgres|drizzle|dbos|grpc|@connectrpc\/connect-node|undici|pino/;
    expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  });
});
