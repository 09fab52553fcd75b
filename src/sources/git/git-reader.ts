import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfiguredGitSource } from "../../config/server-config.ts";
import { decodeDesignFile } from "../../consumers/decode-design-file.ts";
import { readDesignFiles } from "../../consumers/read-design-files.ts";
import { diagnosticToMessage, documentToMessage } from "../../design/to-message.ts";
import type { ResolveSecret, SourceContent, SourceReader } from "../source.ts";
import { SourceError } from "../source-error.ts";
import { chooseFiles } from "./choose-files.ts";
import { type CommitInfo, createGitMirror, type GitMirror, gitFault } from "./git-mirror.ts";
import { GitFailed, SSH } from "./run-git.ts";

/** What a reader of a repository stands on. */
export interface GitReaderDeps {
  readonly resolveSecret: ResolveSecret;
  /** Where mirrors are kept, each in a directory named like its source. */
  readonly directory: string;
}

/** Reads the newest commit of a ref. Commits between two looks are not read one by one; a ref that was set elsewhere by force is followed. */
export function createGitReader(
  source: ConfiguredGitSource,
  { resolveSecret, directory }: GitReaderDeps,
): SourceReader {
  const { name, url, ref, path } = source;
  const mirror = createGitMirror(join(directory, "git", `${name}.git`));
  const fetch = (signal: AbortSignal): Promise<string> =>
    withCredentials(source, directory, resolveSecret, (env) => mirror.fetch(url, ref, env, signal));
  return {
    async read(since, signal) {
      const id = await fetch(signal)
        .catch(async (error: unknown) => {
          if (!(error instanceof GitFailed) || !isBroken(error)) throw error;
          await mirror.forget();
          return fetch(signal);
        })
        .catch((error: unknown) => {
          throw error instanceof GitFailed ? gitFault(error, url, ref) : error;
        });
      if (id === since) return undefined;
      return contentOf(mirror, await mirror.commit(id, signal), source, signal).catch((error: unknown) => {
        if (!(error instanceof GitFailed)) throw error;
        throw new SourceError("rejected", `commit ${id.slice(0, 12)} can't be read`, "check the repository", error);
      });
    },
  };

  async function contentOf(
    mirror: GitMirror,
    commit: CommitInfo,
    { ref }: ConfiguredGitSource,
    signal: AbortSignal,
  ): Promise<SourceContent> {
    const chosen = chooseFiles(await mirror.entries(commit.id, path, signal), path);
    if (chosen.files.length === 0) {
      const where = path === "" ? "" : ` below ${path}`;
      throw new SourceError(
        "rejected",
        `commit ${commit.id.slice(0, 12)} holds no .yaml or .yml file${where}`,
        "check path",
      );
    }
    const blobs = await mirror.blobs(chosen.files, signal);
    const decoded = chosen.files.map((file, index) => ({
      uri: file.path,
      ...decodeDesignFile(file.path, blobs[index] ?? new Uint8Array()),
    }));
    const files = decoded.flatMap(({ uri, text }) => (text === undefined ? [] : [{ uri, text }]));
    const { documents, diagnostics } = readDesignFiles(files);
    const found = [...chosen.diagnostics, ...decoded.flatMap((each) => each.diagnostics), ...diagnostics];
    if (documents.length === 0 && found.length === 0)
      throw new SourceError("rejected", `commit ${commit.id.slice(0, 12)} holds no document`, "check path");
    return {
      position: commit.id,
      documents: documents.map(documentToMessage),
      diagnostics: found.map(diagnosticToMessage),
      message: oneLine(commit.subject, 4096),
      metadata: {
        "git.commit": commit.id,
        "git.ref": ref,
        "git.author": oneLine(commit.author, 1024),
        "git.time": commit.time,
        "git.message": oneLine(commit.subject, 1024),
        ...(path !== "" && { "git.path": oneLine(path, 1024) }),
      },
    };
  }
}

/** A mirror that a sudden end of the process left locked or torn. */
function isBroken({ stderr }: GitFailed): boolean {
  return /\.lock': File exists|not a git repository|bad object|loose object .* is corrupt|pack .* (?:corrupt|invalid)|shallow file has changed/i.test(
    stderr,
  );
}

/** Runs work with what Git needs to log in. Nothing of it is in arguments, and a key's file is there for that time alone. */
async function withCredentials<Result>(
  { name, url, username, secrets }: ConfiguredGitSource,
  directory: string,
  resolveSecret: ResolveSecret,
  work: (env: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  const { token, ssh_key: key } = secrets;
  if (token !== undefined && url.startsWith("https://")) {
    const value = await resolveSecret(token, `source ${name}`);
    const header = `Authorization: Basic ${Buffer.from(`${username}:${value}`, "utf8").toString("base64")}`;
    return work({
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: header,
    });
  }
  if (key === undefined) return work({});
  const value = await resolveSecret(key, `source ${name}`);
  const folder = join(directory, "keys");
  const file = join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  try {
    await writeFile(file, `${value}\n`, { mode: 0o600, flag: "wx" });
    await chmod(file, 0o600);
    return await work({ GIT_SSH_COMMAND: `${SSH} -o IdentitiesOnly=yes -i ${shellQuoted(file)}` });
  } finally {
    await rm(file, { force: true });
  }
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function oneLine(text: string, most: number): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length <= most
    ? line
    : [...line]
        .slice(0, most - 1)
        .join("")
        .slice(0, most - 1);
}
