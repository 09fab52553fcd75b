import { apply } from "../apply.ts";
import type { ConnectOptions } from "../connect.ts";
import { exitCode } from "../exit-code.ts";
import { colored, note, print } from "../output.ts";
import { plan } from "../plans/create-plan.ts";

/** A site that was brought to its design once. */
export interface SettledSite {
  readonly connection: ConnectOptions;
  readonly design: string;
  /** Address of its simulated MAAS. */
  readonly maas: string;
  /** Where the second plan is written. */
  readonly planFile: string;
}

/**
 * Plans and applies the same again, and tells how many writes the simulated MAAS saw of it by its own ledger. True when there were none.
 */
export async function secondRun({ connection, design, maas, planFile }: SettledSite): Promise<boolean> {
  note(colored("\n==> the same again: a second run has nothing to do", "green"));
  const before = await lastWrite(maas);
  const none: readonly string[] = [];
  const table = { ...connection, output: "table" } as const;
  await plan("deploy", undefined, { ...table, design, select: none, phase: [], out: planFile });
  const applied = await apply(planFile, { ...table, allowDestroy: false, allowDestroyNode: none, wait: true });
  const writes = (await lastWrite(maas)) - before;
  await print(`the second run made ${writes} writes to MAAS\n`);
  return applied === exitCode.done && writes === 0;
}

/** Number of the last effective write in the ledger of a simulated MAAS. */
async function lastWrite(maas: string): Promise<number> {
  const answer = await fetch(new URL("/_sim/ledger?limit=1", maas), { signal: AbortSignal.timeout(10_000) });
  return Number(((await answer.json()) as { readonly last: number }).last);
}
