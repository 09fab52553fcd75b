import { expect, it } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { parseSelection } from "./select-option.ts";

it("reads names, racks, tags, profiles, labels and phases", () => {
  const options = ["n01,n02", "rack=r1", "tag=gpu", "role=fast", "profile=compute", "label=team:ai,site:a:b"];
  expect(parseSelection([...options, "phase=ready,hardware-verified", "phase=unknown"])).toEqual({
    selector: {
      names: ["n01", "n02"],
      racks: ["r1"],
      tags: ["gpu", "fast"],
      hostProfiles: ["compute"],
      labels: { team: "ai", site: "a:b" },
    },
    phases: [NodePhase.READY, NodePhase.HARDWARE_VERIFIED, NodePhase.UNSPECIFIED],
  });
});

it.each(["colour=red", "rack=", "label=team", "label=:ai", "constructor=x"])("refuses %s", (option) => {
  expect(() => parseSelection([option])).toThrow("selects nothing");
});

it("suggests the word that was meant", () => {
  const hintOf = (option: string) => {
    try {
      parseSelection([option]);
    } catch (error) {
      return (error as { hint?: string }).hint;
    }
    return "";
  };
  expect(hintOf("racks=r1")).toBe("did you mean rack=…?");
  expect(hintOf("phase=redy")).toBe("did you mean ready?");
});
