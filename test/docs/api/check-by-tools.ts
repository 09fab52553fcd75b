// node test/docs/api/check-by-tools.ts: carries out the examples of docs/api.md by the real curl and by the real grpcurl, each on a server of its own. Ends with 1 at the
// first that is answered otherwise than the page says.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { withApiWorld } from "./api-world.ts";
import { carryByCurl, carryByGrpcurl } from "./carry.ts";
import { type Carry, eachAnswer } from "./run-api.ts";

const text = readFileSync("docs/api.md", "utf8");
const ways: Readonly<Record<string, Carry>> = { curl: carryByCurl, grpcurl: carryByGrpcurl };
for (const [tool, carry] of Object.entries(ways)) {
  let count = 0;
  await withApiWorld((variables) =>
    eachAnswer(text, variables, carry, (example, answer) => {
      // The two write the fields of a record in orders of their own.
      if (!isDeepStrictEqual(records(answer), records(example.answer ?? "")))
        throw new Error(`docs/api.md:${example.from + 1}: by ${tool} the answer is\n${answer}`);
      count++;
    }),
  );
  console.log(`${count} examples by ${tool}: answered as docs/api.md says`);
}

function records(text: string): unknown {
  return text
    .split(/(?<=^\})\n/m)
    .filter((each) => each.trim() !== "")
    .map((each): unknown => JSON.parse(each));
}
