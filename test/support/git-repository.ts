import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A bare repository, and a place to commit to it from. */
export interface GitRepository {
  /** Path of the bare repository. */
  readonly url: string;
  /** Writes files, deletes those given as undefined, commits, pushes to main, and answers the commit. */
  commit(files: Readonly<Record<string, string | undefined>>, message: string): string;
  /** Commits a symbolic link. */
  link(path: string, target: string): string;
  /** Sets main back to a commit, by force. */
  reset(commit: string): void;
  /** Removes the bare repository. */
  vanish(): void;
}

/** Runs work with an empty repository of its own. */
export async function withGitRepository<Result>(
  work: (repository: GitRepository, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bedplate-git-"));
  const [url, tree] = [join(folder, "site.git"), join(folder, "tree")];
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: args[0] === "init" ? folder : tree,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...{ PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
        ...{ GIT_AUTHOR_NAME: "Ada Example", GIT_AUTHOR_EMAIL: "ada@plant7.example" },
        ...{ GIT_COMMITTER_NAME: "Ada Example", GIT_COMMITTER_EMAIL: "ada@plant7.example" },
      },
    }).trim();
  const record = (message: string): string => {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "-m", message);
    git("push", "--quiet", "--force", "origin", "HEAD:main");
    return git("rev-parse", "HEAD");
  };
  try {
    git("init", "--quiet", "--bare", "--initial-branch=main", url);
    git("init", "--quiet", "--initial-branch=main", tree);
    git("remote", "add", "origin", url);
    return await work(
      {
        url,
        commit(files, message) {
          for (const [path, text] of Object.entries(files)) {
            mkdirSync(dirname(join(tree, path)), { recursive: true });
            if (text === undefined) rmSync(join(tree, path));
            else writeFileSync(join(tree, path), text);
          }
          return record(message);
        },
        link(path, target) {
          symlinkSync(target, join(tree, path));
          return record(`link ${path}`);
        },
        reset(commit) {
          git("reset", "--quiet", "--hard", commit);
          git("push", "--quiet", "--force", "origin", "HEAD:main");
        },
        vanish: () => rmSync(url, { recursive: true }),
      },
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
