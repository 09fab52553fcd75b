import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { Code, type ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";

/** Finds the values behind secret references, just before they are needed. */
export interface SecretResolver {
  /**
   * The value of a reference. `subject` says what it is for, `unseal` opens a sealed literal of that scope. Throws
   * FAILED_PRECONDITION with SECRET_UNAVAILABLE, naming the reference and never a value.
   */
  resolve(ref: string, subject: string, unseal: (ref: string) => Promise<string | undefined>): Promise<string>;
}

/** Where references may point. */
export interface SecretResolverOptions {
  /** Directory below which `file:` reads; undefined refuses all of them. */
  readonly directory: string | undefined;
  /** Variables `env:` reads. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const LARGEST = 4096;

/** Makes a resolver. */
export function createSecretResolver({ directory, env }: SecretResolverOptions): SecretResolver {
  return {
    async resolve(ref, subject, unseal) {
      const unavailable = (why: string, hint: string): ConnectError =>
        failure(Code.FailedPrecondition, ErrorReason.SECRET_UNAVAILABLE, `the secret ${ref} of ${subject} ${why}`, {
          subject,
          hint,
        });
      const name = ref.slice(ref.indexOf(":") + 1);
      if (ref.startsWith("env:BEDPLATE_SECRET_")) {
        const value = env[name];
        if (value === undefined || value === "")
          throw unavailable("is not set", `set the variable ${name} for the server`);
        return bounded(value, unavailable);
      }
      if (ref.startsWith("sealed:")) {
        const value = await unseal(ref);
        if (value === undefined) throw unavailable("is not known", "give the secret again");
        return value;
      }
      if (!ref.startsWith("file:")) throw unavailable("is no reference", "write file:NAME or env:BEDPLATE_SECRET_NAME");
      if (directory === undefined) {
        throw unavailable(
          "can't be read: no secrets directory is configured",
          "configure one, or use env:BEDPLATE_SECRET_NAME",
        );
      }
      const file = await fileBelow(directory, name);
      if (file === undefined) throw unavailable("is no file below the secrets directory", `put it into ${directory}`);
      if ((await stat(file)).size > LARGEST) throw unavailable("is too large", `secrets have at most ${LARGEST} bytes`);
      return bounded((await readFile(file, "utf8")).replace(/\r?\n$/, ""), unavailable);
    },
  };
}

/** The file of that name, links followed, if it is one and lies below the directory. */
async function fileBelow(directory: string, name: string): Promise<string | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(directory), realpath(join(directory, name))]);
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

function bounded(value: string, unavailable: (why: string, hint: string) => ConnectError): string {
  if (value === "") throw unavailable("is empty", "write the secret into it");
  if (value.length > LARGEST) throw unavailable("is too long", `secrets have at most ${LARGEST} characters`);
  return value;
}
