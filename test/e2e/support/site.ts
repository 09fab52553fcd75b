import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDatabaseEnvironment } from "../../support/database.ts";
import { bedplate, type Ended, type Running, running } from "./bedplate.ts";

/** One effective write of the simulated MAAS. */
export interface LedgerEntry {
  readonly seq: number;
  readonly method: string;
  readonly path: string;
  readonly op: string | null;
  readonly object: { readonly kind: string; readonly name: string };
}

/** A simulated MAAS and a server with both drivers, each a process of its own. */
export interface Site {
  readonly folder: string;
  readonly maas: string;
  readonly apiKey: string;
  readonly server: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command against the server. */
  command(...args: string[]): Promise<Ended>;
  /** Runs a command that must succeed, and gives what it printed, read as JSON. */
  json<Value>(...args: string[]): Promise<Value>;
  /** What was written to the simulated MAAS. */
  ledger(): Promise<readonly LedgerEntry[]>;
  /** Changes the simulated MAAS by another hand. */
  tamper(path: string, body: object): Promise<void>;
  /** Ends the server at once, as a power cut would, and starts it again on the same data and port. */
  crash(): Promise<void>;
}

/** What differs from the example site and its world. */
export interface SiteOptions {
  /** Files of the design, and its name, in place of the example's. */
  readonly files?: string;
  readonly design?: string;
  readonly world?: string;
  readonly speed?: string;
}

/** Starts a site, submits the example design, and takes everything down afterwards. */
export async function withSite(options: SiteOptions, work: (site: Site) => Promise<void>): Promise<void> {
  await withDatabaseEnvironment(async (environment) => {
    const folder = await mkdtemp(join(tmpdir(), "bedplate-e2e-"));
    const processes = new Map<string, Running>();
    try {
      await work(await startSite(folder, options, environment, processes));
    } finally {
      for (const one of processes.values()) await one.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const apiKey = "consumer:token:secret";

async function startSite(
  folder: string,
  options: SiteOptions,
  database: Readonly<Record<string, string>>,
  processes: Map<string, Running>,
): Promise<Site> {
  // Servers leave word of themselves in the state directory; the tests' own must not be found by the person's commands.
  const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
  await writeFile(join(folder, "key"), apiKey, { mode: 0o600 });
  const simulator = [
    "maas-sim",
    "--listen",
    "127.0.0.1:0",
    "--world",
    options.world ?? "examples/site/maas-world.json",
  ];
  const sim = await running(
    [...simulator, "--api-key-file", join(folder, "key"), "--speed", options.speed ?? "100"],
    /^listening on /,
  );
  processes.set("maas-sim", sim);
  const maas = /http:\/\/\S+?\/MAAS/.exec(sim.line)?.[0] ?? "";
  const port = await freePort();
  const serve = async () => {
    processes.set(
      "serve",
      await running(
        ["serve", "--listen", `127.0.0.1:${port}`, "--data", join(folder, "data")],
        /^listening on /,
        environment,
      ),
    );
  };
  await serve();
  const server = `http://127.0.0.1:${port}`;
  const site: Site = {
    folder,
    maas,
    apiKey,
    server,
    environment,
    command: (...args) => bedplate([...args, "--server", server], environment),
    async json(...args) {
      const ended = await site.command(...args, "-o", "json");
      if (ended.code !== 0) throw new Error(`bedplate ${args.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
      return JSON.parse(ended.stdout);
    },
    async ledger() {
      const all: LedgerEntry[] = [];
      for (;;) {
        const answer = await fetch(`${new URL(maas).origin}/_sim/ledger?after=${all.at(-1)?.seq ?? 0}`);
        const { entries } = (await answer.json()) as { entries: readonly LedgerEntry[] };
        if (entries.length === 0) return all;
        all.push(...entries);
      }
    },
    async tamper(path, body) {
      const answer = await fetch(`${new URL(maas).origin}/_sim/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`tampering with ${path}: ${answer.status} ${await answer.text()}`);
    },
    async crash() {
      await processes.get("serve")?.end("SIGKILL");
      await serve();
    },
  };
  const wanted: readonly string[][] = [
    [
      "driver",
      "add",
      "maas",
      "--plugin",
      "maas",
      "--endpoint",
      maas,
      "--secret-file",
      `api_key=${join(folder, "key")}`,
    ],
    ["driver", "add", "noop-network", "--plugin", "noop-network"],
    ["submit", options.files ?? "examples/site", "--design", options.design ?? "plant7"],
  ];
  for (const args of wanted) {
    const ended = await site.command(...args);
    if (ended.code !== 0)
      throw new Error(`bedplate ${args.join(" ")} ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
  }
  return site;
}

/** A port nobody has just now: the server shall come back on the same one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
