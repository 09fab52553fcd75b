import { expect, test } from "vitest";
import { disturbJobs } from "./disturb-jobs.ts";

test("jobs whose servers are killed and stopped do every step once; a bug that breaks this is noticed", async () => {
  const { lines, problems } = await disturbJobs({
    ...{ nodes: 3, acts: 1 },
    cuts: ["DEPLOY/called#2", "CONFIGURE_STORAGE/ended"],
    stops: ["stop at before-call"],
  });
  expect(problems).toEqual([]);
  expect(lines).toContain("cuts 2/2, in 1 jobs over 3 nodes");
  expect(lines).toContain("planted bug caught");
}, 900_000);
