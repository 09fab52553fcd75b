import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bedplate } from "../../test/support/offline-command.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "bedplate-schema-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const declaration = `apiVersion: bedplate/v1
kind: CustomKind
metadata: {name: Firewall.acme.example}
spec:
  description: What may pass
  json_schema:
    type: object
    properties:
      zone: {type: string, description: Where it stands.}
`;

const document = (kind: string, spec: object) => ({ apiVersion: "bedplate/v1", kind, metadata: { name: "a" }, spec });

describe("bedplate schema", () => {
  it("prints the schema of all documents", async () => {
    const { code, stdout, stderr } = await bedplate(["schema"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const validate = new Ajv({ strict: false }).compile(JSON.parse(stdout));
    expect(validate(document("Node", { boot_mac: "00:00:00:00:00:01" }))).toBe(true);
    expect(validate(document("Node", { boot_mca: "00:00:00:00:00:01" }))).toBe(false);
    expect(validate(document("Firewall.acme.example", { anything: 1 }))).toBe(true);
  });

  it("includes the custom kinds that a design declares", async () => {
    await writeFile(join(directory, "kinds.yaml"), declaration);
    const { code, stdout } = await bedplate(["schema", directory]);
    expect(code).toBe(0);
    const validate = new Ajv({ strict: false }).compile(JSON.parse(stdout));
    expect(validate(document("Firewall.acme.example", { zone: "x" }))).toBe(true);
    expect(validate(document("Firewall.acme.example", { zome: "x" }))).toBe(false);
    expect(validate(document("Gate.acme.example", {}))).toBe(false);
    expect(stdout).toContain("Where it stands.");

    const alone = await bedplate(["schema", directory, "--kind", "Firewall.acme.example"]);
    expect(JSON.parse(alone.stdout).properties.kind).toMatchObject({ const: "Firewall.acme.example" });
  });

  it("writes a file, or a directory with one for each kind", async () => {
    const file = join(directory, "design.json");
    const one = await bedplate(["schema", "--out", file]);
    expect(one).toMatchObject({ code: 0, stdout: "", stderr: `wrote ${file}\n` });
    expect(JSON.parse(await readFile(file, "utf8"))).toHaveProperty("definitions");
    const out = `${join(directory, "new", "schemas")}/`;
    expect((await bedplate(["schema", "--out", out])).code).toBe(0);
    const names = await readdir(out);
    expect(names).toContain("bedplate-v1.schema.json");
    expect(names).toContain("Node.schema.json");
    expect(names).toHaveLength(12);
  });

  it("fails with the reason when a custom kind is declared wrongly", async () => {
    await writeFile(join(directory, "kinds.yaml"), declaration.replace("type: object", "type: objekt"));
    const { code, stdout, stderr } = await bedplate(["schema", directory]);
    expect(code).toBe(1);
    expect(stdout).toContain("kinds.yaml:7:");
    expect(stdout).toContain("custom-kind-schema");
    expect(stderr).toContain("bedplate validate");
  });

  it("says what it can't do, and why", async () => {
    expect(await bedplate(["schema", "--kind", "Nod"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("did you mean Node?"),
    });
    expect(await bedplate(["schema", "--kind", "Firewall.acme.example"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("name the paths of the design"),
    });
    expect((await bedplate(["schema", join(directory, "none")])).code).toBe(2);
    expect(await bedplate(["schema", "--out", join(directory, "none", "x.json")])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("ENOENT"),
    });
  });
});
