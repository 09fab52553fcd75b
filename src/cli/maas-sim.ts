import type { ExitCode } from "./exit-code.ts";

/** `bedplate maas-sim`: runs the simulated MAAS until it is told to stop. Its options are its own. */
export async function maasSim(args: readonly string[]): Promise<ExitCode> {
  const { runMaasSim } = await import("../maas-sim/main.ts");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(signal));
  const output = {
    stdout: (text: string) => void process.stdout.write(text),
    stderr: (text: string) => void process.stderr.write(text),
  };
  return (await runMaasSim(args, output, stop.signal)) as ExitCode;
}
