const WIDTH = 110;
const MOST_MEMBERS = 4;
const SHOWN_MEMBERS = 2;

/** What a page shows of something that is another each time, or that the next version may count otherwise. */
const ANYTHING = "…";

const changing = new Set(["changeId", "nextPageToken", "resolverVersion", "counters"]);

/** An answer with what is another each time put out of sight: times, ids, digests, tokens and counters. */
export function stableParts(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(stableParts);
  if (typeof answer === "string") {
    const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(answer);
    return isTime || /^[0-9a-f]{64}$/.test(answer) ? ANYTHING : answer;
  }
  if (typeof answer !== "object" || answer === null) return answer;
  const fields = Object.entries(answer).map(([name, value]) => {
    const isErrorDetail = name === "value" && "type" in answer;
    return [name, changing.has(name) || isErrorDetail ? ANYTHING : stableParts(value)];
  });
  return Object.fromEntries(fields);
}

/** An answer as the page shows it: its stable parts, short where it is long. */
export function showAnswer(answer: unknown): string {
  return write(shortened(stableParts(answer)), "");
}

/** Lists of more than a few members end with how many more there are. */
export function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(shortened);
    if (members.length <= MOST_MEMBERS) return members;
    return [...members.slice(0, SHOWN_MEMBERS), `… ${members.length - SHOWN_MEMBERS} more`];
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shortened(field)]));
}

function write(value: unknown, indentation: string): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null || indentation.length + line.length <= WIDTH) return line;
  const deeper = `${indentation}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((member) => write(member, deeper))
    : Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${write(field, deeper)}`);
  return `${open}\n${members.map((member) => deeper + member).join(",\n")}\n${indentation}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`);
  return fields.length === 0 ? "{}" : `{${fields.join(", ")}}`;
}
