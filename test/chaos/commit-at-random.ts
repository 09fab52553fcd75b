import type { Random } from "../fuzz/random.ts";
import type { StateClient } from "../support/state-service.ts";
import type { Report } from "./attempt.ts";
import { changeItems, commitChange, restoreRevision } from "./call-with-words.ts";
import { randomChange, randomItemChange } from "./random-change.ts";

/** How often one caller tries, and what it is called in the ids of its attempts. */
export interface CommitLoop {
  readonly name: string;
  readonly attempts: number;
  readonly random: Random;
  /** Told of each attempt before it is made, and of its answer. */
  readonly report: (report: Report) => void;
}

/** Changes the design at random, as often as told, without regard for others who do the same. */
export async function commitAtRandom(client: StateClient, loop: CommitLoop): Promise<void> {
  const { name, attempts, random, report } = loop;
  for (let index = 0; index < attempts; index++) {
    const caller = { client, id: `${name}-${index}`, random, report };
    const how = random.below(8);
    if (how === 0) await restoreRevision(caller);
    else if (how < 4) await changeItems(caller, randomItemChange(random));
    else await commitChange(caller, randomChange(random));
  }
}
