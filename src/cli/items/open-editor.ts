import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** A text that a person changed in an editor. */
export interface EditedText {
  readonly path: string;
  readonly text: string;
  /** Takes the file away; until then it stays, for the text not to be lost. */
  remove(): Promise<void>;
}

/** Opens a text in the editor of VISUAL or EDITOR, in a file that only its owner can read, and waits until it is closed. */
export async function openEditor(name: string, text: string): Promise<EditedText> {
  const editor = process.env.VISUAL || process.env.EDITOR;
  if (!editor) {
    const hint = "set EDITOR, or use --set PATH=VALUE, --unset PATH or --file FILE";
    throw new CliError(exitCode.usage, "there is no editor: neither VISUAL nor EDITOR is set", hint);
  }
  const folder = await mkdtemp(join(tmpdir(), "bedplate-edit-"));
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text, { mode: 0o600 });
  const ended = await run(editor, path);
  if (ended !== undefined) {
    throw new CliError(exitCode.failed, `the editor ${editor} ${ended}: nothing is changed`, `the text is in ${path}`);
  }
  const remove = () => rm(folder, { recursive: true, force: true });
  return { path, text: await readFile(path, "utf8"), remove };
}

/** Runs an editor, which may have arguments of its own; answers what went wrong. */
function run(editor: string, path: string): Promise<string | undefined> {
  // The shell takes the editor's own words apart; the path is passed beside them, whatever characters it has.
  const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", path], { stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => resolve(`could not be started (${error.code})`));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
}
