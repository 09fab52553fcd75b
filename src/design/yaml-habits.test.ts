import { describe, expect, it } from "vitest";
import { numberOfHabit, truthOfHabit } from "./yaml-habits.ts";

describe("habits of YAML 1.1", () => {
  it.each([
    ...["yes", "Yes", "YES", "on", "On", "y", "Y"].map((word) => [word, true] as const),
    ...["no", "NO", "off", "Off", "n", "N"].map((word) => [word, false] as const),
    ...["true", "1", "oui", "", "constructor"].map((word) => [word, undefined] as const),
  ])("take the word %j for %j", (word, truth) => {
    expect(truthOfHabit(word)).toBe(truth);
  });

  it.each([
    ["010", "YAML 1.1 reads 8 there, other readers 10"],
    ["-0644", "YAML 1.1 reads -420 there, other readers -644"],
    ["00", "YAML 1.1 reads 0 there, other readers 0"],
    ["0_17", "YAML 1.1 reads 15 there, other readers 17"],
    ["0x1F", "write 31"],
    ["0o17", "write 15"],
    ["089", "write 89, without zeros in front"],
    ["1_500", "YAML 1.1 reads 1500 there"],
    ["2:30", "YAML 1.1 reads 150 there, in parts of sixty"],
    ["1:0:5", "YAML 1.1 reads 3605 there"],
  ])("read %s so: %s", (text, hint) => {
    expect(numberOfHabit(text)?.startsWith(hint)).toBe(true);
  });

  it.each(["10", "0", "1e3", "eight", "", "::", "0777777777777777777777777"])("say nothing of %j", (text) => {
    expect(numberOfHabit(text)).toBeUndefined();
  });
});
