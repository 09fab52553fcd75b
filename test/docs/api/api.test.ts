import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Role } from "../../../gen/bedplate/type/v1/options_pb.js";
import { isPlanned, roleOf } from "../../../src/mesh/method-role.ts";
import { apiExamples } from "./api-examples.ts";
import { withApiWorld } from "./api-world.ts";
import { carryByFetch } from "./carry.ts";
import { curlRequest, methodOf } from "./curl-request.ts";
import { type Carry, runApi } from "./run-api.ts";

const page = readFileSync("docs/api.md", "utf8");

test("the page about the API tells what its examples are answered (npm run docs:api brings it up to date)", async () => {
  expect(await withApiWorld((variables) => runApi(page, variables, carryByFetch))).toBe(page);
}, 180_000);

test("every RPC of the design state that somebody may call has an example", () => {
  const shown = new Set(apiExamples(page).map(({ curl }) => methodOf(curl)));
  const wanted = DesignStateService.methods.filter((method) => !isPlanned(method) && roleOf(method) !== Role.SERVICE);
  expect(wanted.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

const fence = "```";
const small = `# Page

${fence}sh curl save=ID:id
curl -sS -H "$AUTH" $STATE/Open -d '{"a": "it"}'
${fence}

Text.

${fence}sh curl status=409
curl -sS -H "$AUTH" $STATE/Close -d '{"id": "'"$ID"'"}'
${fence}
`;

test("a page is given the grpcurl form of its examples, and what they are answered", async () => {
  const carry: Carry = ({ curl }, variables) => {
    const { url, headers, body } = curlRequest(curl, variables);
    const answer = { id: "7", url, headers, sent: JSON.parse(body), at: "2026-11-30T08:00:00Z", all: [1, 2, 3, 4, 5] };
    return Promise.resolve({ status: url.endsWith("Open") ? 200 : 409, answer });
  };
  const variables = { STATE: "http://h/s", AUTH: "a: b" };
  const told = await runApi(small, variables, carry);
  expect(told).toContain(`grpcurl -plaintext -H "$AUTH" -d '{"a": "it"}' \\\n  $SERVER $SERVICE/Open\n`);
  expect(told).not.toContain("$SERVICE/Close");
  expect(told).toContain('"headers": {"a": "b"}');
  expect(told).toContain('"sent": {"id": "7"}');
  expect(told).toContain('"at": "…"');
  expect(told).toContain('"all": [1, 2, "… 3 more"]');
  expect(await runApi(told, variables, carry)).toBe(told);
  expect(await runApi(told.replace('"at": "…"', '"at": "today"'), variables, carry)).toBe(told);
  await expect(runApi(small.replace("status=409", ""), variables, carry)).rejects.toThrow(
    "ended with 409, the page says 200",
  );
  await expect(runApi(small.replace("save=ID:id", ""), variables, carry)).rejects.toThrow("$ID has no value");
  await expect(runApi(small.replace("-sS", "-k"), variables, carry)).rejects.toThrow("-k is not expected");
});
