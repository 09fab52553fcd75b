import { mkdir, rm } from "node:fs/promises";
import { SourceError } from "../source-error.ts";
import { type GitFailed, runGit } from "./run-git.ts";

/** A bare copy of the newest state of one ref: what was before is forgotten by and by. */
export interface GitMirror {
  /** Fetches a ref and answers the commit it leads to. Throws `GitFailed`. */
  fetch(url: string, ref: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
  /** What a commit says of itself. */
  commit(id: string, signal: AbortSignal): Promise<CommitInfo>;
  /** Entries below a directory of a commit; empty for the whole tree. */
  entries(commit: string, path: string, signal: AbortSignal): Promise<readonly TreeEntry[]>;
  /** The contents of blobs, in their order. `size` bytes of each are what `entries` said. */
  blobs(entries: readonly TreeEntry[], signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /** Removes it; the next fetch makes it anew. */
  forget(): Promise<void>;
}

/** What a commit says of itself. */
export interface CommitInfo {
  readonly id: string;
  /** Name and address. */
  readonly author: string;
  /** ISO 8601, with its author's offset. */
  readonly time: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** Something in the tree of a commit. */
export interface TreeEntry {
  /** "100644" and "100755" are files, "120000" is a symbolic link, "160000" another repository. */
  readonly mode: string;
  readonly id: string;
  readonly size: number;
  /** From the root of the repository. */
  readonly path: string;
}

const HEAD = "refs/bedplate/head";
const MOST_LISTED = 64 * 1024 * 1024;
const SMALL = 64 * 1024;

/** Makes the mirror in a directory of its own, which need not exist yet. */
export function createGitMirror(directory: string): GitMirror {
  const git = (
    args: readonly string[],
    maxBytes: number,
    signal: AbortSignal,
    more: { env?: Readonly<Record<string, string>>; input?: string } = {},
  ) => runGit({ args: [`--git-dir=${directory}`, ...args], maxBytes, signal, ...more });
  return {
    async fetch(url, ref, env, signal) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await git(["init", "--quiet", "--bare", "--template="], SMALL, signal);
      const options = [
        "--quiet",
        "--force",
        "--no-tags",
        "--depth=1",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
      ];
      await git(["fetch", ...options, "--", url, `+${ref}:${HEAD}`], SMALL, signal, { env });
      const id = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${HEAD}^{commit}`], SMALL, signal);
      return id.toString("utf8").trim();
    },
    async commit(id, signal) {
      const format = "--format=%H%x00%an <%ae>%x00%aI%x00%s";
      const text = (await git(["log", "-1", format, "--end-of-options", id], SMALL * 16, signal)).toString("utf8");
      const [hash = id, author = "", time = "", subject = ""] = text.replace(/\n$/, "").split("\0");
      return { id: hash, author, time, subject };
    },
    async entries(commit, path, signal) {
      const below = path === "" ? [] : [path];
      const args = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", ...below];
      const text = (await git(args, MOST_LISTED, signal)).toString("utf8");
      return text.split("\0").flatMap((line) => {
        const [, mode, id, size, at] = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
        return mode === undefined || id === undefined || at === undefined
          ? []
          : [{ mode, id, size: size === "-" ? 0 : Number(size), path: at }];
      });
    },
    async blobs(entries, signal) {
      if (entries.length === 0) return [];
      const expected = entries.reduce((sum, { size }) => sum + size + 128, 0);
      const input = entries.map(({ id }) => `${id}\n`).join("");
      const output = await git(["cat-file", "--batch"], expected, signal, { input });
      return cutBatch(output, entries);
    },
    forget: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Cuts the output of `cat-file --batch`: for each blob a line with its id, kind and size, its bytes, and the end of a line. */
function cutBatch(output: Buffer, entries: readonly TreeEntry[]): readonly Uint8Array[] {
  const blobs: Uint8Array[] = [];
  let at = 0;
  for (const { id, size, path } of entries) {
    const end = output.indexOf("\n", at);
    if (output.subarray(at, end).toString("latin1") !== `${id} blob ${size}`)
      throw new SourceError(
        "rejected",
        `${path} can't be read from the repository`,
        "check the repository with git fsck",
      );
    blobs.push(output.subarray(end + 1, end + 1 + size));
    at = end + 2 + size;
  }
  return blobs;
}

/** What Git's complaint means for whoever configured the source. The last line that says something is quoted. */
export function gitFault({ stderr }: GitFailed, url: string, ref: string): SourceError {
  const lines = stderr.split("\n").map((line) => line.replace(/^(?:fatal|error|remote): */, "").trim());
  const said = lines.filter((line) => line !== "" && !line.startsWith("hint:"));
  const quoted = [...(said[0] ?? "it ended without a word")].slice(0, 300).join("");
  if (/couldn't find remote ref|no such remote ref/i.test(stderr))
    return new SourceError("rejected", `${url} has no ${ref}`, "check ref, and that something was pushed");
  if (
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP 40[13]|returned error: 40[13]|Host key verification/i.test(
      stderr,
    )
  )
    return new SourceError("unauthenticated", `${url} refuses us: ${quoted}`, "check the source's secrets");
  return new SourceError(
    "unreachable",
    `${url} can't be fetched: ${quoted}`,
    "check url, and that the server can reach it",
  );
}
