import type { JsonObject } from "@bufbuild/protobuf";
import { type Client, ConnectError } from "@connectrpc/connect";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { declarationUri } from "../design/declaration-text.ts";
import type { ItemKey } from "../design/item-key.ts";
import { CliError } from "./cli-error.ts";
import { parseWholeItem } from "./design-option.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type ChangeOptions, commonRequest } from "./items/change-options.ts";
import { type Declaration, editText, etagOf, readDeclaration } from "./items/declaration.ts";
import { kindOf } from "./items/kind-of.ts";
import { movedPlaces } from "./items/moved-places.ts";
import { openEditor } from "./items/open-editor.ts";
import { type ChangeAnswer, printChange, printRefusal } from "./items/print-change.ts";
import { readFileText, readText } from "./items/read-documents.ts";
import { sentDocument } from "./items/sent-document.ts";
import { setValues } from "./items/set-values.ts";
import { note, print } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate edit`. */
export interface EditOptions extends ChangeOptions {
  /** A file with the whole declaration as it is to be; "-" for standard input. */
  readonly file?: string;
  readonly set: readonly string[];
  readonly unset: readonly string[];
  /** The digest of the declaration that the change is meant for. */
  readonly etag?: string;
  /** Print the text that the editor would open, and change nothing. */
  readonly print?: boolean;
}

type State = Client<typeof DesignStateService>;

/** `bedplate edit KIND/NAME`: changes what a layer of API clients declares about an item, in an editor, by a file, or by fields. */
export async function edit(what: string, options: EditOptions): Promise<ExitCode> {
  const key = parseWholeItem(what);
  const isSet = options.set.length + options.unset.length > 0;
  const ways = [options.file !== undefined, isSet, options.print === true].filter(Boolean).length;
  if (ways > 1) {
    const hint = "give one of them, or none for an editor";
    throw new CliError(exitCode.usage, "--file, --set with --unset, and --print exclude each other", hint);
  }
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const declaration = await readDeclaration(state, options.design, key, options.layer);
    const text = editText(options.design, key, declaration);
    if (options.print === true) {
      await print(text);
      return exitCode.done;
    }
    if (isSet) return changeFields(state, key, declaration, options);
    if (options.file !== undefined) {
      const { uri, text: own } = await readFileText(options.file);
      return changeWhole(state, key, declaration, { uri, text: own }, options, "mend it and edit again");
    }
    return inEditor(state, key, declaration, text, options);
  });
}

async function inEditor(state: State, key: ItemKey, declaration: Declaration, text: string, options: EditOptions) {
  const edited = await openEditor(`${key.kind}-${key.name}`, text);
  if (edited.text === text) {
    await edited.remove();
    await print("nothing changed: the text was left as it is\n");
    return exitCode.done;
  }
  const layer = options.layer === undefined ? "" : ` --layer ${options.layer}`;
  const again = `bedplate edit ${key.kind}/${key.name} --design ${options.design}${layer} --file ${edited.path}`;
  const hint = `your text is kept: ${again}`;
  try {
    const { path: uri, text: own } = edited;
    const code = await changeWhole(state, key, declaration, { uri, text: own }, options, hint);
    if (code === exitCode.done) await edited.remove();
    return code;
  } catch (error) {
    if (error instanceof CliError || error instanceof ConnectError) note(hint);
    throw error;
  }
}

async function changeFields(state: State, key: ItemKey, declaration: Declaration, options: EditOptions) {
  const { fields, spec } = setValues(await kindOf(state, options.design, key.kind), options.set, options.unset);
  const document = { ...key, spec: spec as JsonObject };
  const call = () => state.updateItem({ ...requestOf(key, declaration, options), document, fields: [...fields] });
  return printed(call, key, declaration, options, "set other values");
}

interface Source {
  readonly uri: string;
  readonly text: string;
}

async function changeWhole(
  state: State,
  key: ItemKey,
  declaration: Declaration,
  { uri, text }: Source,
  options: EditOptions,
  hint: string,
) {
  const [document, ...others] = await readText(uri, text);
  if (document === undefined || others.length > 0)
    throw new CliError(
      exitCode.failed,
      `${uri} holds ${others.length + 1} documents, expected one`,
      "one item is changed at a time",
    );
  if (document.kind !== key.kind || document.name !== key.name) {
    const found = `${document.kind}/${document.name}`;
    const way = `a rename is bedplate create of the new and bedplate delete of the old`;
    throw new CliError(exitCode.failed, `${uri} declares ${found}, expected ${key.kind}/${key.name}`, way);
  }
  // Neither an editor's file nor one that was made for this is there later: places in it would mean nothing.
  const call = () =>
    state.updateItem({
      ...requestOf(key, declaration, options, etagOf(text)),
      document: sentDocument(document, false),
    });
  const moved = movedPlaces(document, declarationUri(declaration.layer, key));
  return printed(call, key, declaration, options, hint, moved);
}

/** With the etag of what was seen, so that what somebody else changed meanwhile isn't lost. */
function requestOf({ kind, name }: ItemKey, { layer, etag }: Declaration, options: EditOptions, seen?: string) {
  return {
    ...commonRequest(options, `edit ${kind}/${name}`),
    layer,
    etag: options.etag ?? seen ?? etag,
    allowMissing: etag === "",
  };
}

async function printed(
  call: () => Promise<ChangeAnswer & { readonly etag: string }>,
  key: ItemKey,
  { layer, etag }: Declaration,
  options: EditOptions,
  hint: string,
  placed?: Parameters<typeof printRefusal>[3],
): Promise<ExitCode> {
  try {
    const answer = await call();
    const done = etag === "" ? "created" : "changed";
    return await printChange(answer, [{ ...key, done }], layer, options, { etag: answer.etag });
  } catch (error) {
    return await printRefusal(error, options, `${hint}, or change it nevertheless with --allow-invalid`, placed);
  }
}
