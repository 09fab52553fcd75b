import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MANIFEST_SCRIPT, withManifestScript } from "./manifest-script.ts";

/** Runs the script as a commissioned machine does: a file, made executable, with its own interpreter. */
function run(env: Record<string, string> = { PATH: process.env.PATH ?? "" }): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), "bedplate-manifest-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, MANIFEST_SCRIPT.name);
  writeFileSync(path, MANIFEST_SCRIPT.content, { mode: 0o755 });
  return JSON.parse(execFileSync(path, { env, encoding: "utf8", maxBuffer: 1 << 26 }));
}

test("the script prints one JSON document about the machine it runs on", () => {
  const said = run();
  expect(said).toMatchObject({
    bedplate_manifest: 1,
    architecture: { x64: "x86_64", arm64: "aarch64" }[arch() as "x64"],
    cpu: { count: expect.any(Number) },
    memory_kib: expect.any(Number),
    modules: expect.any(Array),
    nics: expect.any(Array),
    disks: expect.any(Array),
    problems: expect.any(Array),
  });
  expect(said.memory_kib).toBeGreaterThan(1000);
  expect(["bios", "uefi"]).toContain(said.boot_mode);
  const pci = listed("/sys/bus/pci/devices");
  expect((said.devices as { pci_address: string }[]).map((device) => device.pci_address)).toEqual(pci);
});

test("what isn't installed is a problem told, no failure", () => {
  // A PATH with an interpreter and nothing else.
  const folder = mkdtempSync(join(tmpdir(), "bedplate-path-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
  writeFileSync(join(folder, "python3"), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 });
  expect(run({ PATH: folder })).toMatchObject({
    lshw: null,
    problems: expect.arrayContaining(["lshw is not installed"]),
  });
});

test("what lshw prints is in the document, and what is no JSON is not", () => {
  const folder = mkdtempSync(join(tmpdir(), "bedplate-path-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const lshw = (text: string) =>
    writeFileSync(join(folder, "lshw"), `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`, { mode: 0o755 });
  const PATH = `${folder}:${process.env.PATH ?? ""}`;
  lshw('[{"id": "host", "class": "system"}]');
  expect(run({ PATH }).lshw).toEqual([{ id: "host", class: "system" }]);
  lshw("lshw: cannot");
  expect(run({ PATH })).toMatchObject({ lshw: null, problems: expect.arrayContaining(["lshw printed no JSON"]) });
});

test("a list of scripts has the manifest script among them; no list, or none at all, stays so", () => {
  expect(withManifestScript(["firmware", "raid"])).toEqual(["firmware", "raid", "bedplate-manifest"]);
  expect(withManifestScript(["bedplate-manifest", "raid"])).toEqual(["bedplate-manifest", "raid"]);
  expect(withManifestScript([])).toEqual([]);
  expect(withManifestScript(["none"])).toEqual(["none"]);
});

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
