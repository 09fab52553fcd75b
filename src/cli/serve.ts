import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pino } from "pino";
import { ConfigError, readConfig } from "../config/read-config.ts";
import type { ServerConfig } from "../config/server-config.ts";
import { isLocalPath } from "../config/source-url.ts";
import {
  DEFAULT_LISTEN,
  ListenSyntaxError,
  parseListenAddress,
  parseServices,
  type ServiceName,
} from "../mesh/listen-address.ts";
import { ListenError } from "../mesh/listen-error.ts";
import { TokenFileError } from "../mesh/token-file.ts";
import { CliError } from "./cli-error.ts";
import { defaultDataDirectory } from "./data-directory.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { pair } from "./key-value.ts";
import { print } from "./output.ts";
import { leaveServerRecord } from "./server-record.ts";
import { version } from "./version.ts";

/** Options of `bedplate serve`; they win over the configuration file. */
export interface ServeOptions {
  readonly listen: readonly string[];
  readonly data?: string;
  readonly config?: string;
  readonly services?: string;
  readonly plainIntrospection: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly peer: readonly string[];
  readonly logLevel: string;
}

/** How long a server may take to end, in milliseconds. */
const longestClose = 45_000;

/** `bedplate serve`: starts the services, says where they are, and runs until it is told to stop. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(signal));
  const config = options.config === undefined ? {} : await loadConfig(options.config);
  if (!(options.logLevel in pino.levels.values) && options.logLevel !== "silent") {
    const known = [...Object.keys(pino.levels.values), "silent"].join(", ");
    throw new CliError(exitCode.usage, `${JSON.stringify(options.logLevel)} is no log level`, `levels are ${known}`);
  }
  if (options.data === "") throw new CliError(exitCode.usage, "--data is empty", "name a directory, such as ./data");
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  const dataDir = resolve(options.data ?? config.data ?? defaultDataDirectory());
  const tls = await readTls(options, config);
  const { startServer } = await import("../main.ts");
  const settings = readSettings(options, config);
  const server = await startServer({
    version: version(),
    dataDir,
    log,
    ...settings,
    ...(process.env.DATABASE_URL ? { databaseUrl: process.env.DATABASE_URL } : {}),
    ...(tls === undefined ? {} : { tls }),
  }).catch((error: unknown) => {
    throw startError(error);
  });
  const takeBack = await Promise.all(
    server.urls.map((url) => leaveServerRecord({ url, tokenFile: server.adminTokenFile })),
  );
  const lines = [
    ...server.urls.map((url) => `listening on ${url}`),
    `data in ${dataDir}`,
    `admin token in ${server.adminTokenFile}`,
  ];
  await print(`${lines.join("\n")}\n`);
  if (!stop.signal.aborted) await new Promise((done) => stop.signal.addEventListener("abort", done, { once: true }));
  // A database that doesn't answer any more must not keep the process: what is not finished goes on at the next start.
  const late = setTimeout(() => {
    process.stderr.write(`error: not everything ended within ${longestClose / 1000} s; jobs go on at the next start\n`);
    process.exit(exitCode.failed);
  }, longestClose);
  late.unref();
  await server.close();
  clearTimeout(late);
  for (const remove of takeBack) await remove();
  return exitCode.done;
}

async function loadConfig(path: string): Promise<ServerConfig> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CliError(exitCode.usage, `${path} can't be read: ${error.code}`, "give --config an existing file");
  });
  try {
    return readConfig(path, text);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CliError(exitCode.usage, error.problems.join("; "), "mend the configuration file");
    throw error;
  }
}

function readSettings(options: ServeOptions, config: ServerConfig) {
  try {
    const listen = options.listen.length > 0 ? options.listen : (config.listen ?? []);
    const services =
      options.services === undefined ? config.services?.flatMap(parseServices) : parseServices(options.services);
    return {
      listen: listen.length > 0 ? listen.map(parseListenAddress) : [DEFAULT_LISTEN],
      ...(services === undefined ? {} : { services }),
      peers: readPeers(
        options.peer.length > 0
          ? Object.fromEntries(options.peer.map((text) => pair(text, "--peer")))
          : (config.peers ?? {}),
      ),
      plainIntrospection: options.plainIntrospection || (config.plainIntrospection ?? false),
      drivers: config.drivers ?? [],
      validators: config.validators ?? [],
      sources: (config.sources ?? []).map((source) =>
        source.type === "git" && isLocalPath(source.url)
          ? { ...source, url: besideConfig(options, source.url) }
          : source,
      ),
      ...(config.serviceTokenFile === undefined
        ? {}
        : { serviceTokenFile: besideConfig(options, config.serviceTokenFile) }),
      ...(config.secretsDirectory === undefined
        ? {}
        : { secretsDirectory: besideConfig(options, config.secretsDirectory) }),
      ...(config.introspectionUrl === undefined ? {} : { introspectionUrl: config.introspectionUrl }),
    };
  } catch (error) {
    if (error instanceof ListenSyntaxError)
      throw new CliError(exitCode.usage, error.message, "see bedplate serve --help");
    throw error;
  }
}

/** Paths in a configuration file are relative to the file. */
function besideConfig(options: ServeOptions, path: string): string {
  return resolve(dirname(options.config ?? "."), path);
}

function readPeers(peers: Readonly<Record<string, string>>): Partial<Record<ServiceName, string>> {
  const read: Partial<Record<ServiceName, string>> = {};
  for (const [name, url] of Object.entries(peers)) {
    const [service] = parseServices(name);
    if (!URL.canParse(url))
      throw new CliError(exitCode.usage, `${JSON.stringify(url)} is no URL`, "write http://HOST:PORT");
    if (service !== undefined) read[service] = url;
  }
  return read;
}

async function readTls(
  options: ServeOptions,
  config: ServerConfig,
): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  const cert = options.tlsCert ?? (config.tls === undefined ? undefined : besideConfig(options, config.tls.certFile));
  const key = options.tlsKey ?? (config.tls === undefined ? undefined : besideConfig(options, config.tls.keyFile));
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new CliError(exitCode.usage, "TLS wants a certificate and a key", "give --tls-cert and --tls-key");
  const read = (path: string) =>
    readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new CliError(exitCode.usage, `${path} can't be read: ${error.code}`, "check the path");
    });
  return { cert: await read(cert), key: await read(key) };
}

/** Why a server can't start, for people. */
function startError(error: unknown): unknown {
  if (error instanceof ListenError) return new CliError(exitCode.cannotStart, error.message);
  if (error instanceof TokenFileError) return new CliError(exitCode.cannotStart, error.message);
  // Named here, not imported: this command must not load the database before it has read its options.
  if (error instanceof Error && ["DataDirectoryTaken", "DatabaseError", "DatabaseUnreachable"].includes(error.name)) {
    return new CliError(exitCode.cannotStart, error.message);
  }
  return error;
}
