import { expect, test } from "vitest";
import { voiceOf } from "../language/language";
import { faultsOf } from "./faults";

const { t } = voiceOf("en");

test("a fault is said at its field, and under the picture when no field claims it", () => {
  const faults = faultsOf(
    [
      { location: "metrics[1].property", code: "property_required", message: "x" },
      { location: "body.filter.all[0].values", code: "values_required", message: "x" },
      { location: "range", code: "range_reversed", message: "x" },
      { location: "", code: "something_new", message: "the server’s own words" },
    ],
    t,
  );
  expect(faults.under("metrics[1]")).toBe("Choose a property.");
  expect(faults.under("metrics[10]")).toBeUndefined();
  expect(faults.under("filter.all[0]")).toBe("Choose a value.");
  expect(faults.rest).toEqual(["The range ends before it starts.", "the server’s own words"]);
});
