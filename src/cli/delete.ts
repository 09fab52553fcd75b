import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { parseWholeItem } from "./design-option.ts";
import type { ExitCode } from "./exit-code.ts";
import { type ChangeOptions, commonRequest } from "./items/change-options.ts";
import { onlyLayer, printChange, printRefusal } from "./items/print-change.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate delete`. */
export interface DeleteOptions extends ChangeOptions {
  readonly etag?: string;
}

/** `bedplate delete KIND/NAME`: takes an item's declaration out of a layer of API clients. What is not there is no failure where the layer is named. */
export async function deleteItem(what: string, options: DeleteOptions): Promise<ExitCode> {
  const { kind, name } = parseWholeItem(what);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { design, etag = "" } = options;
    const declaring =
      options.layer === undefined ? (await state.getRawItem({ design, kind, name })).items.map((one) => one.layer) : [];
    const layer = onlyLayer(options.layer, declaring, what);
    try {
      const answer = await state.deleteItem({ ...commonRequest(options, `delete ${what}`), layer, kind, name, etag });
      return await printChange(answer, [{ kind, name, done: "deleted" }], layer, options);
    } catch (error) {
      return await printRefusal(
        error,
        options,
        "mend what needs the item, or delete it nevertheless with --allow-invalid",
      );
    }
  });
}
