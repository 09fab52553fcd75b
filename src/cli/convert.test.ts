import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedplate } from "../../test/support/offline-command.ts";

const networkOf = (name: string) =>
  `apiVersion: v1\nkind: Network\nmetadata: {name: ${name}}\nspec: {vlan_id: 5, cidr: 10.0.0.0/24}\n`;
const converted = (name: string) =>
  `apiVersion: bedplate/v1\nkind: Network\nmetadata:\n  name: ${name}\nspec:\n  vlan: 5\n  cidr: 10.0.0.0/24\n`;

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "bedplate-convert-"));
  mkdirSync(join(work, "site", "deep"), { recursive: true });
  writeFileSync(join(work, "site", "a.yaml"), networkOf("a"));
  writeFileSync(join(work, "site", "deep", "b.yaml"), `# first\n---\n${networkOf("b")}---\n${converted("c")}`);
  writeFileSync(join(work, "broken.yaml"), `${networkOf("d")}---\nkind: [`);
});
afterAll(() => rmSync(work, { recursive: true }));

const at = (...names: readonly string[]) => join(work, ...names);
const convert = (...args: readonly string[]) => bedplate(["convert", ...args]);
const text = (...names: readonly string[]) => readFileSync(at(...names), "utf8");

describe("bedplate convert", () => {
  it("prints one stream with the names of the files, and what it decided beside it", async () => {
    const { code, stdout, stderr } = await convert(at("site"), "--to", "v1");
    expect(code).toBe(0);
    expect(stdout).toBe(
      `# ${at("site", "a.yaml")}\n${converted("a")}---\n# ${at("site", "deep", "b.yaml")}\n# first\n${converted("b")}---\n${converted("c")}`,
    );
    expect(stderr).toBe(
      [
        `${at("site", "a.yaml")}:4:8: Network/a vlan: vlan_id is vlan`,
        `${at("site", "deep", "b.yaml")}:6:8: Network/b vlan: vlan_id is vlan`,
        "",
      ].join("\n"),
    );
  });

  it("gives the same again when its output is converted", async () => {
    const { stdout } = await convert(at("site"), "--to", "v1");
    writeFileSync(at("stream.yaml"), stdout);
    expect(await convert(at("stream.yaml"), "--to", "v1")).toEqual({ code: 0, stdout, stderr: "" });
  });

  it("writes a file for each one read, under the name it had", async () => {
    const { code, stdout } = await convert(at("site"), "--to", "v1", "--out", at("out"));
    expect({ code, stdout }).toEqual({
      ...{ code: 0 },
      stdout: `${at("out", "a.yaml")}: 1 document\n${at("out", "deep", "b.yaml")}: 2 documents\n`,
    });
    expect(readdirSync(at("out"), { recursive: true }).sort()).toEqual(["a.yaml", "deep", "deep/b.yaml"]);
    expect(text("out", "a.yaml")).toBe(converted("a"));
    const before = await bedplate(["resolve", at("site"), "-o", "json"]);
    const after = await bedplate(["resolve", at("out"), "-o", "json"]);
    expect(after).toEqual(before);
  });

  it("writes over nothing unless forced", async () => {
    mkdirSync(at("taken"));
    writeFileSync(at("taken", "a.yaml"), "mine");
    const refused = await convert(at("site"), "--to", "v1", "--out", at("taken"));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(
      `${at("taken", "a.yaml")} is there already; name another directory, or write over them with --force`,
    );
    expect(readdirSync(at("taken"))).toEqual(["a.yaml"]);
    expect((await convert(at("site"), "--to", "v1", "--out", at("taken"), "--force")).code).toBe(0);
    expect(text("taken", "a.yaml")).toBe(converted("a"));
  });

  it("refuses a target among its sources, whatever leads there", async () => {
    symlinkSync(at("site"), at("link"));
    for (const out of [at("site"), at("site", "new"), at("link", "new")]) {
      const { code, stderr } = await convert(at("site"), "--to", "v1", "--out", out, "--force");
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(
          `${out} is inside ${at("site")}, which is converted; name a directory beside it`,
        ),
      });
    }
    const file = await convert(at("site", "a.yaml"), "--to", "v1", "--out", at("site"), "--force");
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining("a.yaml is a file that is converted") });
    expect(text("site", "a.yaml")).toBe(networkOf("a"));
    const both = await convert(at("site", "a.yaml"), at("out", "a.yaml"), "--to", "v1", "--out", at("new"));
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("would both be written to") });
  });

  it("writes nothing of a design with errors, unless told to keep going", async () => {
    const refused = await convert(at("broken.yaml"), "--to", "v1", "--out", at("sound"));
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /broken\.yaml:6:7: error yaml-syntax: .*\n[\s\S]*\nnothing is converted: 1 error, .*--keep-going\n$/,
    );
    expect(readdirSync(work)).not.toContain("sound");
    const kept = await convert(at("broken.yaml"), "--to", "v1", "--keep-going");
    expect(kept).toMatchObject({ code: 1, stdout: converted("d") });
    expect(kept.stderr).toMatch(/error yaml-syntax: [\s\S]*\nwhat could not be read is missing: 1 error/);
  });

  it("tells programs where everything went, and of every decision", async () => {
    const { code, stdout, stderr } = await convert(at("site", "a.yaml"), "--to", "v1", "-o", "json");
    const uri = at("site", "a.yaml");
    expect({ code, stderr, value: JSON.parse(stdout) }).toEqual({
      code: 0,
      stderr: "",
      value: {
        files: [{ source: uri, target: null, documents: 1, text: converted("a") }],
        decisions: [
          {
            ...{ field: "vlan", message: "vlan_id is vlan", kind: "Network", name: "a" },
            location: { uri, line: 4, column: 8 },
          },
        ],
        diagnostics: [],
      },
    });
    const written = await convert(at("site"), "--to", "v1", "-o", "json", "--out", at("programs"));
    expect(JSON.parse(written.stdout).files).toEqual([
      { source: uri, target: at("programs", "a.yaml"), documents: 1 },
      { source: at("site", "deep", "b.yaml"), target: at("programs", "deep", "b.yaml"), documents: 2 },
    ]);
    const refused = await convert(at("broken.yaml"), "--to", "v1", "-o", "json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      files: [],
      decisions: [],
      diagnostics: [{ rule: "yaml-syntax" }],
    });
  });

  it("says what is wrong with its usage", async () => {
    expect(await convert(at("site"))).toMatchObject({ code: 2, stderr: expect.stringContaining("--to <form>") });
    expect(await convert(at("site"), "--to", "v2")).toMatchObject({
      ...{ code: 2, stderr: 'error: "v2" is no form to convert to; use --to v1\n' },
    });
    expect(await convert(at("nowhere"), "--to", "v1")).toMatchObject({ code: 2 });
    const file = await convert(at("site"), "--to", "v1", "--out", at("broken.yaml"));
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining("is no directory") });
  });
});
