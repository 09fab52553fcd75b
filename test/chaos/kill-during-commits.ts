import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase } from "../../src/db/open-database.ts";
import { createRandom } from "../fuzz/random.ts";
import { withDatabaseEnvironment } from "../support/database.ts";
import { gatherAttempts } from "./attempt.ts";
import { checkHistory, type Verdict } from "./check-history.ts";
import { startCommitChild } from "./start-child.ts";
import { layGround } from "./two-writers.ts";

/** How often a process is killed. */
export interface KillWork {
  readonly seed: number;
  readonly kills: number;
  /** After how many kills the whole history is checked; always after the last. */
  readonly checkEvery?: number;
  /** Told of every check. */
  readonly progress?: (kills: number, verdict: Verdict) => void;
}

const CALLERS = 2;
/** More than a process gets done before it is killed. */
const PLENTY = 100_000;

/**
 * Has processes commit, one after the other over the same database, and kills each in the midst of it with SIGKILL. Checks after restarts that every acknowledged
 * revision is whole and that of those nobody was told of none is half there. Gives the last verdict; problems of all checks are in it.
 */
export function killDuringCommits({ seed, kills, checkEvery = 1, progress }: KillWork): Promise<Verdict> {
  const random = createRandom(seed);
  const attempts = gatherAttempts();
  return withDatabaseEnvironment(async ({ DATABASE_URL: url }) => {
    const dataDir = await mkdtemp(join(tmpdir(), "bedplate-kill-"));
    const place = url ?? dataDir;
    const open = () => openDatabase(url === undefined ? { dataDir } : { url });
    try {
      const first = await open();
      await layGround(first, attempts.add).finally(() => first.close());
      let verdict: Verdict | undefined;
      const problems: string[] = [];
      for (let kill = 1; kill <= kills; kill++) {
        const name = `life-${kill}`;
        const finished = await runAndKill(place, name, seed * 1000 + kill, 1 + random.below(12), random.below(25));
        if (finished) throw new Error(`${name} came to its end before it was killed`);
        if (kill % checkEvery !== 0 && kill !== kills) continue;
        const database = await open();
        verdict = await checkHistory(database, attempts).finally(() => database.close());
        problems.push(...verdict.problems.map((each) => `after ${kill} kills: ${each}`));
        progress?.(kill, verdict);
      }
      if (verdict === undefined) throw new Error("nothing was killed");
      return { ...verdict, problems };
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  /** Kills the process so many milliseconds after so many of its reports: anywhere in what it does next. */
  async function runAndKill(place: string, name: string, lifeSeed: number, reports: number, pause: number) {
    const heard = Promise.withResolvers<void>();
    let count = 0;
    const child = startCommitChild({ place, name, seed: lifeSeed, callers: CALLERS, attempts: PLENTY }, (report) => {
      attempts.add(report);
      if (++count === reports) heard.resolve();
    });
    await Promise.race([heard.promise, child.gone]);
    await delay(pause);
    child.kill();
    return child.gone;
  }
}
