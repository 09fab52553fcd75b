import type { ScriptSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { invalidField, rejected } from "../driver-error.ts";
import { onlyField } from "../field.ts";
import type { Script } from "./read-scripts.ts";
import { contentDigest, readMetadata, withMetadataLine } from "./script-metadata.ts";
import { chosenTags, packagesLine, type WantedScript, wantedScript } from "./wanted-script.ts";

/** The tag of scripts this driver uploaded; those alone it ever removes. */
const MARK = "bedplate";

/** One difference of a script: the field of MAAS, what it is and what it should be. */
interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** As it is sent, when not as `after`. */
  readonly sent?: string;
}

/** What MAAS's fields are called in the specification. */
const FIELDS: Readonly<Record<string, string>> = {
  ...{ type: "type", title: "title", description: "description", tags: "tags", timeout: "timeout", script: "content" },
  ...{ parallel: "parallel", hardware_type: "hardware_type", may_reboot: "may_reboot", for_hardware: "for_hardware" },
  ...{ recommission: "recommission", destructive: "destructive" },
};

/** A script MAAS would make of a text alone. */
const FRESH: Omit<Script, "name" | "isBuiltIn" | "content" | "digest"> = {
  ...{ type: "", title: "", description: "", tags: [], hardwareType: "node", parallel: "disabled", timeout: 0 },
  ...{ destructive: false, mayReboot: false, recommission: false, forHardware: [], packages: [] },
};

/**
 * The scripts of a list, by name: each is uploaded when missing, gets a revision when its text differs, and has its metadata set. Of a script somebody else
 * uploaded, what the specification says nothing of stays. With prune, scripts of this driver that aren't in the list are removed. Fails when a script has the
 * name of one MAAS came with. `paths` are those of the scripts in the request.
 */
export function planScripts(
  present: readonly Script[],
  specs: readonly ScriptSpec[],
  prune: boolean,
  paths: (index: number) => string = (index) => `spec.scripts[${index}]`,
): Action[] {
  const names = new Set<string>();
  const wanted = specs.flatMap((spec, index) => {
    if (names.has(spec.name)) {
      throw invalidField(`${paths(index)}.name`, `there are two scripts "${spec.name}"`, "rename one of them");
    }
    names.add(spec.name);
    const found = present.find(({ name }) => name === spec.name);
    if (found?.isBuiltIn === true) {
      throw rejected(`MAAS comes with a script "${spec.name}" of its own`, {
        subject: spec.name,
        hint: "give the script of the design another name",
      });
    }
    const script = wantedScript(spec, paths(index));
    return found === undefined ? [upload(script)] : revise(found, script);
  });
  if (!prune) return wanted;
  const gone = present
    .filter(({ name, tags, isBuiltIn }) => !isBuiltIn && !names.has(name) && tags.includes(MARK))
    .map(
      (script): Action => ({
        object: `script ${script.name}`,
        action: "delete",
        before: `type ${script.type}, ${shownDigest(script.digest)}`,
        after: "",
        undoes: true,
        request: { method: "DELETE", path: scriptPath(script.name) },
      }),
    );
  return [...wanted, ...gone];
}

function upload(script: WantedScript): Action {
  const differences = compare(FRESH, script, true).filter(({ name }) => !isLeftToBlock(script, name));
  const form: FormField[] = [
    ["name", script.name],
    ...differences.map(({ name, after, sent }): FormField => [name, sent ?? after]),
    ...textFields(script.content),
  ];
  return {
    object: `script ${script.name}`,
    field: "content",
    action: "create",
    before: "",
    after: [
      `type ${script.type || "testing"}`,
      shownContent(script.content),
      ...compare(FRESH, script, true)
        .filter(({ name }) => name !== "type")
        .map(after),
    ].join(", "),
    request: { method: "POST", path: "scripts/", form },
  };
}

function revise(present: Script, wanted: WantedScript): Action[] {
  const isOurs = present.tags.includes(MARK);
  const differences = compare(present, wanted, isOurs);
  const content = wantedContent(present, wanted, isOurs);
  const isNew = present.digest !== contentDigest(content);
  if (!isNew && differences.length === 0) return [];
  const sent = isNew ? differences.filter(({ name }) => !isLeftToBlock(wanted, name)) : differences;
  const form: FormField[] = sent.map(({ name, after, sent }) => [name, sent ?? after]);
  if (isNew) form.push(...textFields(content));
  const old = shownDigest(present.digest);
  return [
    {
      object: `script ${wanted.name}`,
      field: onlyField(
        [
          ...differences.map(({ name, after }): FormField => [name, after]),
          ...(isNew ? [["script", ""] as const] : []),
        ],
        FIELDS,
        "",
      ),
      action: "update",
      before: [...(isNew ? [old] : []), ...differences.map(({ name, before }) => `${name} ${before || "-"}`)].join(
        ", ",
      ),
      after: [...(isNew ? [shownContent(content)] : []), ...differences.map(after)].join(", "),
      undoes: true,
      request: { method: "PUT", path: scriptPath(wanted.name), form },
    },
  ];
}

/** The text to be there now. MAAS keeps packages a text doesn't speak of any more, so they are taken back by a text that says there are none. */
function wantedContent(present: Script, wanted: WantedScript, isOurs: boolean): string {
  const isTakenBack = isOurs && wanted.packages.length === 0 && present.packages.length > 0;
  if (!isTakenBack || wanted.inBlock.has("packages")) return wanted.content;
  return withMetadataLine(wanted.content, readMetadata(wanted.content), packagesLine([]));
}

/** MAAS refuses a field of a call that the text it comes with says in its metadata, tags and timeout excepted: those it takes from the call. */
function isLeftToBlock({ inBlock }: WantedScript, field: string): boolean {
  return inBlock.has(field === "type" ? "script_type" : field) && field !== "tags" && field !== "timeout";
}

function compare(
  present: Omit<Script, "name" | "isBuiltIn" | "content" | "digest">,
  wanted: WantedScript,
  isOurs: boolean,
): Difference[] {
  const found: Difference[] = [];
  const add = (name: string, before: string, after: string, sent?: string) => {
    if (before !== after) found.push({ name, before, after, ...(sent !== undefined && { sent }) });
  };
  if (wanted.type !== "") add("type", present.type, wanted.type);
  if (wanted.title !== "") add("title", present.title, wanted.title);
  if (wanted.description !== "") add("description", present.description.trim(), wanted.description.trim());
  const isSaid = (value: number) => value > 0 || isOurs;
  const tags = wanted.tags.filter((tag) => tag !== MARK);
  const isMarked = present === FRESH || present.tags.includes(MARK) || wanted.tags.includes(MARK);
  if (isSaid(tags.length)) {
    const now = chosenTags(present.tags).filter((tag) => tag !== MARK);
    const all = isMarked ? [...tags, MARK] : tags;
    if (present === FRESH) found.push({ name: "tags", before: "", after: all.join(",") });
    else add("tags", [...now].sort().join(","), [...tags].sort().join(","), all.join(","));
  }
  if (isSaid(wanted.timeout)) add("timeout", String(present.timeout), String(wanted.timeout));
  add("parallel", present.parallel, wanted.parallel);
  add("hardware_type", present.hardwareType, wanted.hardwareType);
  add("may_reboot", String(present.mayReboot), String(wanted.mayReboot));
  add("recommission", String(present.recommission), String(wanted.recommission));
  add("destructive", String(present.destructive), String(wanted.destructive));
  if (isSaid(wanted.forHardware.length)) {
    // A list in JSON can be empty, and hold a comma.
    const needsJson = wanted.forHardware.length === 0 || wanted.forHardware.some((id) => id.includes(","));
    const sent = needsJson ? JSON.stringify(wanted.forHardware) : wanted.forHardware.join(",");
    add("for_hardware", [...present.forHardware].sort().join(","), [...wanted.forHardware].sort().join(","), sent);
  }
  return found;
}

function after({ name, after: value }: Difference): string {
  return `${name} ${value || "-"}`;
}

function textFields(content: string): FormField[] {
  return [
    ["script", content],
    ["comment", `bedplate sha256:${contentDigest(content)}`],
  ];
}

function shownContent(content: string): string {
  return shownDigest(contentDigest(content));
}

function shownDigest(digest: string): string {
  return digest === "" ? "content unknown" : `content sha256:${digest.slice(0, 12)}`;
}

function scriptPath(name: string): string {
  return `scripts/${encodeURIComponent(name)}`;
}
