import { randomBytes } from "node:crypto";
import { link, lstat, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** A token file that can't be used; the message names it and the next step. */
export class TokenFileError extends Error {
  readonly path: string;
  constructor(path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "TokenFileError";
    this.path = path;
  }
}

/**
 * The token a file holds; makes the file first if there is none, with 32 random bytes that only its owner can read. Of
 * two processes that make it at once both get the same. Throws TokenFileError for a file that others may read.
 */
export async function ensureToken(path: string): Promise<string> {
  const known = await readToken(path);
  if (known !== undefined) return known;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link appears whole or not at all, and never over a file that came first.
    await link(draft, path).catch(unless("EEXIST"));
  } catch (error) {
    throw new TokenFileError(path, `can't write the token file ${path}: ${(error as Error).message}`, error);
  } finally {
    await unlink(draft).catch(() => {});
  }
  const made = await readToken(path);
  if (made === undefined) throw new TokenFileError(path, `the token file ${path} vanished as it was made; start again`);
  return made;
}

/** The token a file holds, or undefined if there is no such file. Throws TokenFileError for one that can't be trusted. */
export async function readToken(path: string): Promise<string | undefined> {
  let text: string;
  try {
    const status = await lstat(path);
    if (!status.isFile()) throw new TokenFileError(path, `the token file ${path} is not a regular file; move it away`);
    if ((status.mode & 0o077) !== 0) {
      const mode = (status.mode & 0o777).toString(8);
      throw new TokenFileError(path, `others may use the token file ${path} (mode ${mode}); run: chmod 600 '${path}'`);
    }
    if (status.size > 1024) throw malformed(path);
    text = (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (error instanceof TokenFileError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TokenFileError(path, `can't read the token file ${path}: ${(error as Error).message}`, error);
  }
  if (!/^[A-Za-z0-9_-]{43,}$/.test(text)) throw malformed(path);
  return text;
}

function malformed(path: string): TokenFileError {
  return new TokenFileError(path, `the token file ${path} holds no token; remove it and start again to get a new one`);
}

function unless(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
