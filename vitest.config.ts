import { defineConfig } from "vitest/config";
import { countReporter } from "./test/support/count-reporter.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // An embedded database takes about half a gigabyte, so files run in few processes, each with memory of its own.
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // What is waited for comes at once on a box that has nothing else to do, and late on one that has.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ["default", countReporter()],
  },
});
