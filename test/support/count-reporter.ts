import type { Reporter } from "vitest/node";

/**
 * Ends a test run with one plain line, `N passed, N failed`, that people and scripts can compare between runs. A file that
 * breaks before its tests are known counts as one failure, and so does an error outside any test; a test that did not
 * run is named, because none may be skipped.
 */
export function countReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const counts = { passed: 0, failed: unhandledErrors.length, "not run": 0 };
      for (const module of modules) {
        const before = counts.failed;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          counts[state === "passed" || state === "failed" ? state : "not run"] += 1;
        }
        if (module.state() === "failed" && counts.failed === before) counts.failed += 1;
      }
      const rest = counts["not run"] === 0 ? "" : `, ${counts["not run"]} not run`;
      console.log(`database: ${process.env.DATABASE_URL === undefined ? "PGlite" : "PostgreSQL"}`);
      console.log(`${counts.passed} passed, ${counts.failed} failed${rest}`);
    },
  };
}
