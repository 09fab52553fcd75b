import { pino } from "pino";
import type { ConfiguredGitSource, ConfiguredSource } from "../../src/config/server-config.ts";
import type { Database } from "../../src/db/database.ts";
import { createSources, type Sources, type SourcesDeps } from "../../src/sources/create-sources.ts";
import { type StateClient, stateClient } from "./state-service.ts";

/** A Git source named "site" that follows main of a repository into design "lab". */
export function gitSource(url: string, more: Partial<ConfiguredGitSource> = {}): ConfiguredGitSource {
  const where = { name: "site", type: "git", url, ref: "main", path: "", username: "git", design: "lab" } as const;
  return { ...where, intervalSeconds: 3600, secrets: {}, ...more };
}

/** Runs work with the followers of sources over a state service, and stops them afterwards. They are not launched. */
export async function withSources<Result>(
  database: Database,
  directory: string,
  sources: readonly ConfiguredSource[],
  work: (sources: Sources, state: StateClient) => Promise<Result>,
  more: Partial<SourcesDeps> = {},
): Promise<Result> {
  const state = stateClient(database);
  const followed = createSources({
    db: database.db,
    designState: () => state,
    sources,
    resolveSecret: (ref) => Promise.resolve(`value of ${ref}`),
    directory,
    log: pino({ level: "silent" }),
    ...more,
  });
  try {
    return await work(followed, state);
  } finally {
    await followed.close();
  }
}
