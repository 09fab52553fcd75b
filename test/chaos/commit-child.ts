// node test/chaos/commit-child.ts DATABASE NAME SEED CALLERS ATTEMPTS: that many callers change the design at random, each as often as told. A line of JSON for each
// attempt before it is made, and one for its answer. DATABASE is a data directory or a PostgreSQL URL.
import { writeSync } from "node:fs";
import { openDatabase } from "../../src/db/open-database.ts";
import { createRandom } from "../fuzz/random.ts";
import { stateClient } from "../support/state-service.ts";
import { commitAtRandom } from "./commit-at-random.ts";

const [place = "", name = "", seed = "1", callers = "1", attempts = "1"] = process.argv.slice(2);
const database = await openDatabase(place.startsWith("postgres") ? { url: place } : { dataDir: place });
const client = stateClient(database);
// In one system call each, so that a line is told whole or not at all, whatever ends the process.
const report = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`);
await Promise.all(
  Array.from({ length: Number(callers) }, (_, index) =>
    commitAtRandom(client, {
      name: `${name}-${index}`,
      attempts: Number(attempts),
      random: createRandom(Number(seed) * 1000 + index),
      report,
    }),
  ),
);
report({ done: true });
await database.close();
