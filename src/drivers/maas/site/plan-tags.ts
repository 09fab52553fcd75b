import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { onlyField } from "../field.ts";
import type { NameState, TagState } from "./read-names.ts";

/** The comment of a tag the design gives none, and what ends that of one it gives a comment. */
const MARK = "bedplate";
const SUFFIX = ` [${MARK}]`;

/**
 * The tags nodes carry and those the specification says something of. A tag this driver made bears a mark in its comment: of those alone an empty definition and
 * empty kernel parameters are enforced, and they alone are removed with prune.
 */
export function planTags(state: NameState, spec: SiteSpec): Action[] {
  // MAAS keeps no blanks around a text, such as the line end of a block in YAML.
  const said = new Map(
    spec.tagSpecs.map(({ name, comment, definition, kernelOpts }) => [
      name,
      { comment: comment.trim(), definition: definition.trim(), kernelOpts: kernelOpts.trim() },
    ]),
  );
  const names = new Set([...spec.tags, ...said.keys()]);
  const present = new Map(state.tags.map((tag) => [tag.name, tag]));
  const wanted = [...names].flatMap((name): Action[] => {
    const tag = said.get(name);
    const found = present.get(name);
    const comment = tag === undefined || tag.comment === "" ? undefined : tag.comment;
    if (found === undefined) {
      const form = diffFields(
        {},
        {
          name,
          comment: comment === undefined ? MARK : `${comment}${SUFFIX}`,
          definition: tag?.definition || undefined,
          kernel_opts: tag?.kernelOpts || undefined,
        },
      );
      const shown = diffFields(
        {},
        { comment, definition: tag?.definition || undefined, kernel_opts: tag?.kernelOpts || undefined },
      );
      return [
        {
          object: `tag ${name}`,
          field: "name",
          action: "create",
          before: "",
          after: [`tag ${name}`, shown?.after].filter(Boolean).join(", "),
          request: { method: "POST", path: "tags/", form: form?.form ?? [] },
        },
      ];
    }
    if (tag === undefined) return [];
    const isOurs = isMarked(found);
    const enforced = (value: string) => (value === "" && !isOurs ? undefined : value);
    const isCommented = comment === undefined || comment === found.comment || `${comment}${SUFFIX}` === found.comment;
    const diff = diffFields(
      { comment: found.comment, definition: found.definition, kernel_opts: found.kernelOpts },
      {
        comment: isCommented ? undefined : isOurs ? `${comment}${SUFFIX}` : comment,
        definition: enforced(tag.definition),
        kernel_opts: enforced(tag.kernelOpts),
      },
    );
    if (diff === undefined) return [];
    const fields = { comment: "comment", definition: "definition", kernel_opts: "kernel_opts" };
    return [
      {
        object: `tag ${name}`,
        field: onlyField(diff.form, fields, ""),
        action: "update",
        before: diff.before,
        after: diff.after,
        undoes: true,
        request: { method: "PUT", path: `tags/${encodeURIComponent(name)}/`, form: diff.form },
      },
    ];
  });
  if (!spec.prune) return wanted;
  const gone = state.tags
    .filter((tag) => !names.has(tag.name) && isMarked(tag))
    .map(
      (tag): Action => ({
        object: `tag ${tag.name}`,
        action: "delete",
        before: `tag ${tag.name}`,
        after: "",
        undoes: true,
        request: { method: "DELETE", path: `tags/${encodeURIComponent(tag.name)}/` },
      }),
    );
  return [...wanted, ...gone];
}

function isMarked({ comment }: TagState): boolean {
  return comment === MARK || comment.endsWith(SUFFIX);
}
