import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, temporaryDirectory } from "../../../test/conformance/fixtures/start-host.ts";
import { bedplate } from "../../../test/support/offline-command.ts";
import { CliError } from "../cli-error.ts";
import { loadDesign } from "../load-design.ts";
import { consumeOutside } from "./consume-outside.ts";
import { splitCommand } from "./split-command.ts";
import { validateOutside } from "./validate-outside.ts";

/** The command line of a program of the fixtures. */
function commandOf(file: string, ...args: string[]): string {
  const plugin = fixture(file, ...args);
  return [plugin.command, ...plugin.args].map((word) => `'${word}'`).join(" ");
}

function siteFile(text: string, name = "site.yaml"): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return path;
}

const document = (kind: string, name: string, spec: string) =>
  `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

const site = [
  document("Site", "s", "{}"),
  document("Network", "odd", "{cidr: 10.0.0.7/24}"),
  document("Node", "p7-a", "{}"),
  document("Node", "b", "{boot_mac: '52:54:00:00:00:01', oob: {type: ipmi, credential: {literal: hunter2}}}"),
].join("");

const found = async (path: string, validator: readonly string[]) => {
  const { diagnostics } = await loadDesign([path], { validator });
  return diagnostics.map(({ rule, location, message }) => ({ rule, line: location?.line, message }));
};

describe("a validator of somebody else's", () => {
  it("adds its findings to ours, each at its place; it sees no secret", async () => {
    const path = siteFile(site);
    const ours = await found(path, []);
    expect(ours.map(({ rule }) => rule)).toContain("network-cidr");
    const all = await found(path, [commandOf("validator-plugin.ts")]);
    expect(all.filter(({ rule }) => !ours.some((each) => each.rule === rule))).toEqual([
      { rule: "site-prefix", line: 20, message: "the name lacks the site's prefix" },
    ]);
    expect(all).toEqual(expect.arrayContaining(ours));
  });

  it.each([
    ["dies", /ended or hung up during the call.*; 4 of 4 items were not checked by it/],
    ["garbage", /broke its contract: the answer of DesignValidatorService.Validate has .*; 4 of 4 items/],
    ["ends", /ended with exit code 3; its last line was: no licence was found; 4 of 4 items/],
  ])("that %s is one finding beside ours", async (misbehaviour, message) => {
    const path = siteFile(site);
    const ours = await found(path, []);
    const all = await found(path, [commandOf("validator-plugin.ts", misbehaviour), commandOf("validator-plugin.ts")]);
    expect(all).toEqual(expect.arrayContaining(ours));
    expect(all.filter(({ rule }) => rule === "validator-failed")).toEqual([
      { rule: "validator-failed", line: 1, message: expect.stringMatching(message) },
    ]);
    expect(all.some(({ rule }) => rule === "site-prefix")).toBe(true);
  });

  it("that takes too long is given up", async () => {
    const { evaluation } = await loadDesign([siteFile(site)]);
    const [failure, ...others] = await validateOutside(evaluation, [commandOf("validator-plugin.ts", "sleeps")], 1_500);
    expect(failure).toMatchObject({ rule: "validator-failed", severity: "error" });
    expect(others).toEqual([]);
  });

  it("that isn't there, or is no validator, says so", async () => {
    const path = siteFile(site);
    const messages = async (command: string) =>
      (await found(path, [command])).filter(({ rule }) => rule === "validator-failed").map(({ message }) => message);
    expect(await messages("./no-such-program --fast")).toEqual([expect.stringContaining("there is no such program")]);
    expect(await messages(commandOf("obedient-plugin.ts"))).toEqual([
      expect.stringContaining("does not serve bedplate.design.v1.DesignValidatorService, as a validator does"),
    ]);
  });

  it("may speak of an item there isn't: the finding stands at the beginning", async () => {
    const all = await found(siteFile(site), [commandOf("validator-plugin.ts", "stranger")]);
    expect(all).toContainEqual({ rule: "about-nobody", line: 1, message: "who?" });
  });

  it("gets a large design in parts, and what it found in the first stands when it dies in the second", async () => {
    const nodes = Array.from({ length: 10_050 }, (_, index) => document("Node", `n${index}`, "{}"));
    const { evaluation } = await loadDesign([siteFile(nodes.join(""))]);
    const command = commandOf("validator-plugin.ts", "dies-later");
    const all = await validateOutside(evaluation, [command]);
    expect(all.filter(({ rule }) => rule === "site-prefix")).toHaveLength(10_000);
    expect(all.at(-1)).toMatchObject({
      rule: "validator-failed",
      message: expect.stringContaining("50 of 10050 items"),
    });
  });
});

describe("a consumer of somebody else's", () => {
  const lines = "site s\nrack r1 by the door\nrock r2\nrack r3\n";

  it("reads the files in place of ours", async () => {
    const path = siteFile(lines, "racks.txt");
    const { evaluation, diagnostics } = await loadDesign([path], { consumer: [commandOf("consumer-plugin.ts")] });
    expect([...evaluation.items.keys()]).toEqual(["Rack/r1", "Rack/r3", "Site/s"]);
    expect(evaluation.explain("Rack", "r1", "description")).toMatchObject({
      value: "by the door",
      from: { uri: path, line: 2, column: 9 },
    });
    expect(diagnostics).toEqual([
      expect.objectContaining({ rule: "no-line", location: { uri: path, line: 3, column: 1 } }),
    ]);
  });

  it("may tell no places", async () => {
    const path = siteFile(lines, "racks.txt");
    const { evaluation } = await loadDesign([path], { consumer: [commandOf("consumer-plugin.ts", "placeless")] });
    expect(evaluation.items.get("Rack/r1")?.tree).toMatchObject({ description: "by the door" });
  });

  it("that dies is one finding, and what it read before stands", async () => {
    const files = [{ uri: "racks.txt", text: lines }];
    const { documents, diagnostics } = await consumeOutside(files, [commandOf("consumer-plugin.ts", "dies")]);
    expect(documents.length).toBeLessThanOrEqual(1);
    expect(diagnostics).toMatchObject([{ rule: "consumer-failed", severity: "error" }]);
  });
});

describe("the options", () => {
  it("are taken by validate and resolve", async () => {
    const path = siteFile(site);
    const validated = await bedplate([
      "validate",
      path,
      "-o",
      "lines",
      "--validator",
      commandOf("validator-plugin.ts"),
    ]);
    expect(validated.stdout).toContain(`${path}:20:`);
    expect(validated.stdout).toContain("site-prefix");
    expect(validated.stderr).toContain("four names to read");
    expect(validated.code).toBe(1);
    const racks = siteFile("site s\nrack r1 by the door\n", "racks.txt");
    const resolved = await bedplate([
      "resolve",
      racks,
      "Rack",
      "-o",
      "json",
      "--consumer",
      commandOf("consumer-plugin.ts"),
    ]);
    expect(JSON.parse(resolved.stdout)).toMatchObject({
      items: [{ name: "r1", spec: { description: "by the door" } }],
    });
  });

  it("leave nothing behind when the command is interrupted", async () => {
    const folder = temporaryDirectory();
    const main = join(import.meta.dirname, "..", "main.ts");
    const args = ["validate", siteFile(site), "--validator", commandOf("validator-plugin.ts", "sleeps")];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH, TMPDIR: folder },
    });
    const said = await new Promise<string>((resolve) => {
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (/pid \d+\n/.test(text)) resolve(text);
      });
    });
    expect(readdirSync(folder)).toHaveLength(1);
    child.kill("SIGINT");
    const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    expect(signal).toBe("SIGINT");
    expect(readdirSync(folder)).toEqual([]);
    const pid = Number(/pid (\d+)/.exec(said)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it("are command lines, with a shell's quotes and nothing else of a shell", () => {
    expect(splitCommand(`a 'b c'  "d 'e\\""\\ f $HOME ''`, "--validator")).toEqual([
      "a",
      "b c",
      `d 'e" f`,
      "$HOME",
      "",
    ]);
    expect(() => splitCommand(" ", "--validator")).toThrow(CliError);
    expect(() => splitCommand("a 'b", "--validator")).toThrow(/a quote is not closed/);
  });
});
