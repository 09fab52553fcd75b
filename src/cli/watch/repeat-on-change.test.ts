import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { soundDesign } from "../../../test/support/sound-design.ts";

let folder = "";
let child: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bedplate-watch-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  child?.kill("SIGKILL");
});

interface Finding {
  readonly rule: string;
  readonly location: { readonly uri: string };
}

/** `bedplate validate --watch -o json`, whose reports can be awaited. */
function watching(...paths: readonly string[]) {
  const flags = ["--disable-warning=ExperimentalWarning", "src/cli/main.ts", "validate", "--watch", "-o", "json"];
  const started = spawn(process.execPath, [...flags, ...paths], { stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  let [printed, noted, closed] = ["", "", false];
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  started.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    wake();
  });
  started.stderr.setEncoding("utf8").on("data", (text: string) => {
    noted += text;
    wake();
  });
  started.on("close", () => {
    closed = true;
    wake();
  });

  async function until<T>(read: () => T | undefined): Promise<T> {
    for (;;) {
      const found = read();
      if (found !== undefined) return found;
      if (closed) throw new Error(`ended early: ${noted}`);
      await changed.promise;
    }
  }

  return {
    /** Waits for a report with exactly these findings: "file rule". */
    report: (...expected: readonly string[]) =>
      until(() => {
        const last = printed.split(/^}\n/m).at(-2);
        if (last === undefined) return undefined;
        const { diagnostics }: { diagnostics: readonly Finding[] } = JSON.parse(`${last}}`);
        const found = diagnostics.map(({ rule, location }) => `${basename(location.uri)} ${rule}`);
        return found.join() === expected.join() ? true : undefined;
      }),
    noted: (text: string) => until(() => (noted.includes(text) ? true : undefined)),
    printed: () => printed,
    async interrupt(): Promise<number | null> {
      const end = once(started, "close");
      started.kill("SIGINT");
      const [code] = await end;
      return code;
    },
  };
}

function newDesign(): string {
  const path = mkdtempSync(join(folder, "design-"));
  mkdirSync(join(path, "site"));
  writeFileSync(join(path, "site", "a.yaml"), soundDesign);
  return path;
}

const broken = "kind: [\n";

describe("bedplate validate --watch", () => {
  it("validates again after a new file, a removal, a change, and ends with 130 at Ctrl-C", async () => {
    const site = join(newDesign(), "site");
    const run = watching(site);
    await run.report();
    writeFileSync(join(site, "b.yaml"), broken);
    await run.report("b.yaml yaml-syntax");
    writeFileSync(join(site, "a.yaml"), `${soundDesign}---\n${broken}`);
    await run.report("a.yaml yaml-syntax", "b.yaml yaml-syntax");
    unlinkSync(join(site, "b.yaml"));
    await run.report("a.yaml yaml-syntax");
    writeFileSync(join(site, "a.yaml"), soundDesign);
    await run.report();
    await run.noted("waiting for changes");
    expect(run.printed()).not.toContain("\u001b");
    expect(await run.interrupt()).toBe(130);
  });

  it("waits for a directory that was renamed away, and goes on when it is back", async () => {
    const path = newDesign();
    const run = watching(join(path, "site"));
    await run.report();
    renameSync(join(path, "site"), join(path, "other"));
    await run.noted("error: ");
    writeFileSync(join(path, "other", "c.yaml"), broken);
    renameSync(join(path, "other"), join(path, "site"));
    await run.report("c.yaml yaml-syntax");
    expect(await run.interrupt()).toBe(130);
  });

  it("watches a file that is replaced by another of its name", async () => {
    const path = newDesign();
    const file = join(path, "site", "a.yaml");
    const run = watching(file);
    await run.report();
    for (const [text, ...findings] of [[broken, "a.yaml yaml-syntax"], [soundDesign]]) {
      writeFileSync(join(path, "new"), text ?? "");
      renameSync(join(path, "new"), file);
      await run.report(...findings);
    }
    expect(await run.interrupt()).toBe(130);
  });

  it("watches directories inside, those that come later, and files that links lead to", async () => {
    const path = newDesign();
    const site = join(path, "site");
    writeFileSync(join(path, "elsewhere"), "");
    symlinkSync(join(path, "elsewhere"), join(site, "z.yaml"));
    const run = watching(site);
    await run.report();
    mkdirSync(join(site, "racks"));
    mkdirSync(join(site, "racks", "row1"));
    writeFileSync(join(site, "racks", "row1", "b.yaml"), broken);
    await run.report("b.yaml yaml-syntax");
    writeFileSync(join(path, "elsewhere"), broken);
    await run.report("b.yaml yaml-syntax", "z.yaml yaml-syntax");
    expect(await run.interrupt()).toBe(130);
  });

  it("ends at once with 2 when there is nothing to watch yet", async () => {
    const missing = join(folder, "missing");
    const ended = spawn(process.execPath, ["src/cli/main.ts", "validate", missing, "--watch"], { stdio: "ignore" });
    child = ended;
    expect(await once(ended, "close")).toEqual([2, null]);
  });
});
