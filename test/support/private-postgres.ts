import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";

const READY_MS = 60_000;
const STOP_MS = 20_000;
const ATTEMPTS = 3;
const SUPERUSER = "bedplate";

/** A PostgreSQL server of one's own, in a temporary directory. */
export type PrivatePostgres = {
  /** The connection URL of an empty database, as a superuser who may create more. */
  readonly url: string;
  /** What the server calls itself, such as `PostgreSQL 15.14`. */
  readonly version: string;
  /** Stops the server and removes everything it wrote; safe to call more than once. */
  stop(): Promise<void>;
};

type Account = { readonly uid: number; readonly gid: number };

/**
 * Starts a PostgreSQL that trusts every local connection on one loopback port. It gives up durability for speed and is
 * fit for tests alone. Throws when no PostgreSQL is installed or when none came up within a minute.
 */
export async function startPrivatePostgres(): Promise<PrivatePostgres> {
  const programs = findPrograms();
  const account = accountFor();
  const directory = mkdtempSync(join(tmpdir(), "bedplate-postgres-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    if (account !== undefined) chownSync(directory, account.uid, account.gid);
    const data = join(directory, "data");
    const layout = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--auth=trust", `--username=${SUPERUSER}`];
    execFileSync(join(programs, "initdb"), [...layout, "-D", data], { ...account, cwd: directory, stdio: "pipe" });
    const { server, port } = await startOnFreePort(programs, data, directory, account);
    const stop = stopper(server, remove);
    try {
      const version = await createDatabase(port);
      return { url: urlOf(port, "bedplate"), version, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    remove();
    throw error;
  }
}

function findPrograms(): string {
  const base = "/usr/lib/postgresql";
  const installed = existsSync(base) ? readdirSync(base).sort((one, other) => Number(one) - Number(other)) : [];
  // The oldest of those installed: SQL must keep to what PostgreSQL 15 understands.
  const places = [
    ...installed.map((version) => join(base, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  const found = places.find((place) => ["initdb", "postgres"].every((name) => existsSync(join(place, name))));
  if (found === undefined) {
    throw new Error(`no PostgreSQL server found in ${base}/*/bin or PATH; install the package postgresql`);
  }
  return found;
}

/** PostgreSQL refuses to run as root, so root hands it to the account its package brought along. */
function accountFor(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { stdio: "pipe" })));
    return { uid: uid as number, gid: gid as number };
  } catch {
    throw new Error(
      "PostgreSQL refuses to run as root and there is no account named postgres; start this as another user",
    );
  }
}

async function startOnFreePort(
  programs: string,
  data: string,
  directory: string,
  account: Account | undefined,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = [
      ...["listen_addresses=127.0.0.1", `unix_socket_directories=${directory}`, "max_connections=200"],
      ...["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"],
    ];
    const options = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
    const server = spawn(join(programs, "postgres"), options, {
      ...account,
      cwd: directory,
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      await untilReady(server);
      return { server, port };
    } catch (error) {
      // Between our looking for a free port and the server's binding it, another process may have taken it.
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    const giveUp = (reason: string): void => {
      clearTimeout(deadline);
      server.kill("SIGKILL");
      reject(new Error(`PostgreSQL did not start: ${reason}\n${output.join("\n")}`));
    };
    const deadline = setTimeout(() => giveUp(`not ready after ${READY_MS / 1000} s`), READY_MS);
    server.once("error", (error) => giveUp(error.message));
    server.once("exit", (code) => giveUp(`it ended with code ${code}`));
    if (server.stderr === null) return giveUp("its output is closed");
    createInterface({ input: server.stderr }).on("line", (line) => {
      if (output.length < 50) output.push(line);
      if (!line.includes("database system is ready to accept connections")) return;
      clearTimeout(deadline);
      server.removeAllListeners("exit");
      resolve();
    });
  });
}

async function createDatabase(port: number): Promise<string> {
  const sql = postgres(urlOf(port, "postgres"), { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`create database bedplate`;
    const [row] = await sql<{ server_version: string }[]>`show server_version`;
    return `PostgreSQL ${row?.server_version.split(" ")[0] ?? "of an unknown version"}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function stopper(server: ChildProcess, remove: () => void): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = once(server, "exit");
      // SIGINT is PostgreSQL's fast shutdown: it ends the sessions that tests left open.
      server.kill("SIGINT");
      const deadline = setTimeout(() => server.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(deadline);
    }
    remove();
  };
  return () => (stopped ??= stop());
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no loopback port to be had");
  return address.port;
}

function urlOf(port: number, database: string): string {
  return `postgres://${SUPERUSER}@127.0.0.1:${port}/${database}`;
}
