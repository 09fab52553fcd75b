import { describe, expect, it } from "vitest";
import { faultOfCpus } from "./cpu-list.ts";

describe("a list of CPUs", () => {
  it.each(["0", "0,2,4", "0-39", "4-7, 9", "0-31:1/2", "3-N", "N"])("is sound: %s", (text) => {
    expect(faultOfCpus(text, 40)).toBeUndefined();
  });

  it.each(["", "1,,2", "a", "1-", "-1", "1-2-3", "0x1", "1;2", "123456"])("can't be read: %j", (text) => {
    expect(faultOfCpus(text, undefined)?.message).toMatch(/expected CPUs/);
  });

  it("ends with the last CPU", () => {
    expect(faultOfCpus("0-40", 40)?.message).toMatch(/^CPU 40 doesn't exist/);
    expect(faultOfCpus("0-40", undefined)).toBeUndefined();
  });

  it("runs forwards and names a CPU once", () => {
    expect(faultOfCpus("9-4", 40)?.hint).toBe("write 4-9");
    expect(faultOfCpus("0-4,2", 40)).toMatchObject({ severity: "warning" });
    expect(faultOfCpus("5-9,0-4", 40)).toBeUndefined();
  });
});
