import { readFileSync } from "node:fs";

/** What one fresh process measured. Times in milliseconds, memory in MiB. */
export interface Measurement {
  /** Elapsed time of the work; the start of the process and the loading of modules are not in it. */
  readonly wall: number;
  /** Processor time of the work, of all threads of the process. */
  readonly cpu: number;
  /** Peak memory over what the process held before the work. */
  readonly memory: number;
  /** Time to explain one value afterwards, the first time; 0 for a bare parse. */
  readonly explain: number;
  /** Errors and warnings found; 0 for a bare parse. */
  readonly findings: number;
}

/** The work that is measured: the bare parse of a file, or the whole way from the file to diagnostics, as `bedplate validate` goes it. */
export type Work = "parse" | "validate";

/** Measures the work in this process, which must be fresh: nothing is warm, as nothing is when a command is run. */
export async function measureOnce(work: Work, file: string): Promise<Measurement> {
  const run = work === "parse" ? await parseWork(file) : await validateWork(file);
  const idle = process.memoryUsage().rss;
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const { findings, explain } = await run();
  const wall = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  const memory = process.resourceUsage().maxRSS / 1024 - idle / 1024 / 1024;
  const beforeExplain = performance.now();
  explain?.();
  const explained = explain === undefined ? 0 : performance.now() - beforeExplain;
  return { wall, cpu: (user + system) / 1000, memory, explain: explained, findings };
}

interface Outcome {
  readonly findings: number;
  readonly explain?: () => void;
}

async function parseWork(file: string): Promise<() => Promise<Outcome>> {
  const { loadAll } = await import("js-yaml");
  return async () => {
    loadAll(readFileSync(file, "utf8"));
    return { findings: 0 };
  };
}

async function validateWork(file: string): Promise<() => Promise<Outcome>> {
  const { loadDesign } = await import("../src/cli/load-design.ts");
  return async () => {
    const { evaluation, diagnostics } = await loadDesign([file]);
    if (evaluation.items.size === 0) throw new Error(`nothing was read: ${diagnostics[0]?.message}`);
    const explain = () => void evaluation.explain("Node", "n00042", 'interfaces["bond0"].device_link');
    return { findings: diagnostics.filter(({ severity }) => severity !== "info").length, explain };
  };
}
