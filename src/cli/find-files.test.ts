import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exitCode } from "./exit-code.ts";
import { findFiles } from "./find-files.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "bedplate-files-")));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "a: 1\n");
  }
}

async function found(path = root): Promise<readonly string[]> {
  return (await findFiles(path)).uris.map((uri) => relative(root, uri));
}

describe("files of a directory", () => {
  it("are those of the directories inside it, too, in the order of their names", async () => {
    put("b.yaml", "a/z.yml", "a/b/c.yaml", "c/d.YAML", "a.yaml", "notes.txt", "c/readme.md");
    expect(await found()).toEqual(["a/b/c.yaml", "a/z.yml", "a.yaml", "b.yaml", "c/d.YAML"]);
  });

  it("are none that are hidden, nor those of packages", async () => {
    put("a.yaml", ".zuul.yaml", ".github/workflows/ci.yaml", "tools/node_modules/x/y.yaml");
    expect(await found()).toEqual(["a.yaml"]);
  });

  it("are read once, whatever links lead to them", async () => {
    put("site/a.yaml", "site/inner/b.yaml");
    symlinkSync(join(root, "site"), join(root, "site/inner/up"));
    symlinkSync(join(root, "site/inner"), join(root, "site/other"));
    symlinkSync(join(root, "nowhere"), join(root, "site/nothing"));
    expect(await found(join(root, "site"))).toEqual(["site/a.yaml", "site/inner/b.yaml"]);
  });

  it("may be links", async () => {
    put("elsewhere/a.yaml", "site/b.yaml");
    symlinkSync(join(root, "elsewhere/a.yaml"), join(root, "site/a.yaml"));
    expect(await found(join(root, "site"))).toEqual(["site/a.yaml", "site/b.yaml"]);
    symlinkSync(join(root, "missing"), join(root, "site/c.yaml"));
    await expect(findFiles(join(root, "site"))).rejects.toMatchObject({ code: exitCode.usage });
  });

  it("may stand below a directory that is called as a file is", async () => {
    put("all.yaml/a.yaml");
    expect(await found()).toEqual(["all.yaml/a.yaml"]);
  });

  it("are not looked for without end", async () => {
    put("a/b/c/d.yaml");
    await expect(findFiles(root, { directories: 3, depth: 64 })).rejects.toMatchObject({ code: exitCode.failed });
    await expect(findFiles(root, { directories: 100, depth: 2 })).rejects.toMatchObject({ code: exitCode.failed });
    expect((await findFiles(root, { directories: 4, depth: 3 })).uris).toHaveLength(1);
  });
});
