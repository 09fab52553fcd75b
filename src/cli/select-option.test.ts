import { expect, it } from "vitest";
import { parseSelector } from "./select-option.ts";

it("reads names, racks, tags, profiles and labels", () => {
  const options = ["n01,n02", "rack=r1", "tag=gpu", "tag=fast", "profile=compute", "label=team:ai,site:a:b"];
  expect(parseSelector(options)).toEqual({
    names: ["n01", "n02"],
    racks: ["r1"],
    tags: ["gpu", "fast"],
    hostProfiles: ["compute"],
    labels: { team: "ai", site: "a:b" },
  });
});

it.each(["colour=red", "rack=", "label=team", "label=:ai", "constructor=x"])("refuses %s", (option) => {
  expect(() => parseSelector([option])).toThrow("selects nothing");
});
