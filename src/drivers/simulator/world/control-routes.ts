import { HANDS, type Hand } from "./control.ts";
import type { Fields } from "./fields.ts";
import { invalid } from "./refusal.ts";
import type { World } from "./world.ts";

const PAGE = 1_000;
const LARGEST_PAGE = 20_000;

/**
 * The control API of a served world, undefined for what it doesn't have:
 * `GET /state` · `GET /machines?after=&limit=` · `GET /machines/NAME` · `GET /ledger?after=&limit=` ·
 * `POST /options {"deploy_ms": "5000"}` · `POST /machines/NAME/drift {"field", "value"}` · `POST /machines/NAME/hand {"hand"}` ·
 * `POST /site {"type", "name", "fields"}` · `POST /outage {"ms"}`.
 */
export function controlRoute({ control, ledger }: World, method: string, url: URL, body: unknown): unknown {
  const path = url.pathname.split("/").slice(1).map(decodeURIComponent);
  const [head = "", name = "", verb = ""] = path;
  const after = url.searchParams.get("after") ?? "";
  const limit = numberOf(url.searchParams.get("limit") ?? String(PAGE), "limit", 1, LARGEST_PAGE);
  if (method === "GET") {
    if (head === "state") return control.state();
    if (head === "machines") return name === "" ? { machines: control.machines(after, limit) } : control.machine(name);
    if (head === "ledger") return ledger.read(numberOf(after || "0", "after", 0, Number.MAX_SAFE_INTEGER), limit);
    return undefined;
  }
  if (method !== "POST") return undefined;
  if (head === "options") control.setOptions(textsOf(body));
  else if (head === "outage") control.outage(numberOf(String(at(body, "ms")), "ms", 0, 86_400_000));
  else if (head === "site") {
    const fields = at(body, "fields");
    control.changeSite(textAt(body, "type"), textAt(body, "name"), fields === undefined ? undefined : textsOf(fields));
  } else if (head === "machines" && verb === "drift")
    control.drift(name, textAt(body, "field"), String(at(body, "value") ?? ""));
  else if (head === "machines" && verb === "hand") control.hand(name, handOf(textAt(body, "hand")));
  else return undefined;
  return head === "machines" && textAt(body, "hand", "") !== "forget" ? control.machine(name) : control.state();
}

function handOf(word: string): Hand {
  const hand = HANDS.find((each) => each === word);
  if (hand === undefined) throw invalid("hand", `a hand can't ${JSON.stringify(word)}`, `it can ${HANDS.join(", ")}`);
  return hand;
}

function numberOf(text: string, field: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(field, `${field} is ${JSON.stringify(text)}, not a whole number from ${least} to ${most}`);
}

function textsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("", "the body is no JSON object");
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}

function textAt(value: unknown, key: string, fallback?: string): string {
  const found = at(value, key);
  if (typeof found === "string") return found;
  if (fallback !== undefined) return fallback;
  throw invalid(key, `the body has no text ${JSON.stringify(key)}`);
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
