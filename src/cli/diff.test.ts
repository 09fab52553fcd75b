import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bedplate } from "../../test/support/offline-command.ts";

const folder = mkdtempSync(join(tmpdir(), "bedplate-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const old = "examples/site";

/** A copy of the example site in which a text of one file is another one. */
function changedSite(name: string, file: string, text: string, other: string): string {
  const site = join(folder, name);
  cpSync(old, site, { recursive: true });
  const path = join(site, file);
  const before = readFileSync(path, "utf8");
  expect(before).toContain(text);
  writeFileSync(path, before.replace(text, other));
  return site;
}

const image = changedSite("image", "bootstrap_profiles.yaml", "image: noble", "image: jammy");

it("tells what results of a change, at the line that brought it about", async () => {
  const { code, stdout, stderr } = await bedplate(["diff", old, image]);
  expect([code, stderr]).toEqual([0, ""]);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toContain(
    `Node/ctl01 platform.image: "noble" -> "jammy" (${join(image, "bootstrap_profiles.yaml")}:148:12)`,
  );
  expect(lines).toHaveLength(17);
});

it("tells with --raw what was written, layer by layer", async () => {
  const { code, stdout } = await bedplate(["diff", old, image, "--raw"]);
  const place = `${join(image, "bootstrap_profiles.yaml")}:148:12`;
  expect([code, stdout]).toEqual([0, `HostProfile/defaults in design platform.image: "noble" -> "jammy" (${place})\n`]);
});

it("ends with 1 for a difference when asked to, and finds none between a design and itself", async () => {
  expect(await bedplate(["diff", old, image, "--exit-code"])).toMatchObject({ code: 1 });
  expect(await bedplate(["diff", old, image, "--exit-code", "--item", "Rack"])).toMatchObject({ code: 0 });
  expect(await bedplate(["diff", old, old, "--exit-code"])).toEqual({ code: 0, stdout: "", stderr: "no difference\n" });
});

it("gives programs the values and both origins", async () => {
  const { stdout } = await bedplate(["diff", old, image, "--item", "Node/ctl01", "-o", "json"]);
  const at = { line: 148, column: 12 };
  const common = { item: "HostProfile/defaults", layer: "design", rule: "" };
  expect(JSON.parse(stdout)).toEqual({
    ...{ from: old, to: image },
    differences: [
      {
        ...{ kind: "Node", name: "ctl01", layer: "", path: "platform.image", change: "changed" },
        ...{ before: "noble", after: "jammy" },
        before_origin: { location: { uri: `${old}/bootstrap_profiles.yaml`, ...at }, ...common },
        after_origin: { location: { uri: join(image, "bootstrap_profiles.yaml"), ...at }, ...common },
      },
    ],
  });
});

it("tells items that came and went, and what computed values followed", async () => {
  const domain = changedSite("domain", "bootstrap_seed.yaml", "name: ctl01", "name: ctl09");
  const { stdout, stderr } = await bedplate(["diff", old, domain, "--item", "Node"]);
  expect(stdout).toMatch(
    /^Node\/ctl01 was deleted \(examples\/site\/bootstrap_seed\.yaml:\d+:\d+\)\nNode\/ctl09 was added /,
  );
  expect(stderr).not.toContain("no difference");
});

it("shows no secret", async () => {
  const write = (name: string, password: string) => {
    const path = join(folder, name);
    const head = "apiVersion: bedplate/v1\nkind: Node\nmetadata: {name: n1}\nspec:\n";
    writeFileSync(path, `${head}  oob: {credential: {literal: ${password}}}\n  my_password: ${password}\n`);
    return path;
  };
  const [one, two] = [write("one.yaml", "swordfish1"), write("two.yaml", "swordfish2")];
  for (const form of [[], ["--raw"], ["-o", "json"], ["-o", "json", "--raw"]]) {
    const { code, stdout, stderr } = await bedplate(["diff", one, two, ...form]);
    expect(code).toBe(0);
    expect(stdout).toContain("<secret>");
    expect(stdout + stderr).not.toContain("swordfish");
  }
});

it("says what is missing", async () => {
  expect(await bedplate(["diff", "3", "4"])).toMatchObject({
    code: 2,
    stderr: "error: 3 doesn't exist; to compare revisions, name their design with --design\n",
  });
  expect(await bedplate(["diff", old])).toMatchObject({ code: 2 });
  expect(await bedplate(["diff", old, image, "--raw", "--effective"])).toMatchObject({ code: 2 });
  const broken = await bedplate(["diff", old, "examples/broken", "--item", "Site"]);
  expect([broken.code, broken.stderr]).toEqual([0, expect.stringContaining("examples/broken is invalid: ")]);
});
