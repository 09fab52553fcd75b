import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Role } from "../../../gen/bedplate/type/v1/options_pb.js";
import { roleOf } from "../../../src/mesh/method-role.ts";
import { apiExamples } from "./api-examples.ts";
import { carryByFetch } from "./carry.ts";
import { methodOf } from "./curl-request.ts";
import { withJobsWorld } from "./jobs-world.ts";
import { builtOnly, eachAnswer } from "./run-api.ts";

const page = readFileSync("docs/orchestrator-api.md", "utf8");

test("every example of the page about the orchestrator is answered as it says", async () => {
  const answered: string[] = [];
  await withJobsWorld((variables) =>
    eachAnswer(page, variables, builtOnly(carryByFetch), ({ curl }) => answered.push(methodOf(curl))),
  );
  expect(answered).toEqual(apiExamples(page).map(({ curl }) => methodOf(curl)));
}, 180_000);

test("every RPC of the orchestrator that somebody may call has an example", () => {
  const shown = new Set(apiExamples(page).map(({ curl }) => methodOf(curl)));
  const wanted = OrchestratorService.methods.filter((method) => roleOf(method) !== Role.SERVICE);
  expect(wanted.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});
